import Testing

@testable import Comparison
@testable import Rehearsal
@testable import TestSupport

/// The one request before the load, to a service that answers it late. A suite of its own, since
/// those of `OwnDeploymentTests` need no tool.
@Suite(.timeLimit(.minutes(2))) struct SlowFirstRequestTests {
  private let web = OwnDeployment()

  @Test(.needs(.node)) func `nothing is deleted until the one request before the load is answered`()
    async throws
  {
    try web.folder.write(
      """
      const { HOST, PORT } = process.env;
      require('http').createServer((request, response) => {
        const isFirst = request.headers['x-request-id'] === 'first';
        setTimeout(() => response.end(), isFirst ? 1500 : 0);
      }).listen(Number(PORT), HOST);

      """, to: "slow.js")
    let run = try await web.rehearse(
      5, web.manifest("", grace: 1), "run=node \(web.folder.path)/slow.js", "listen=HOST,PORT",
      "request=GET /", "clients=4")
    #expect(run.code == 1, "\(run.output)")
    let result = try web.result()
    let came = try #require(
      result.pods.filter { $0.createdIn == nil }.compactMap(\.inEndpoints).max())
    let deletion = try #require(result.pods.compactMap(\.deletion).min())
    #expect(deletion - came >= 1.5)
  }
}
