import Shared
import Testing

@testable import Comparison
@testable import Rehearsal
@testable import TestSupport

/// A service of another make in row 6's place: it drains well, but logs only nineteen of twenty
/// operations, whether it stops or not.
@Suite(.timeLimit(.minutes(6)), .needs(.node)) struct LosingServiceTests {
  private static let service = """
    const http = require('http');
    const { LISTEN_HOST, LISTEN_PORT, INFLUXDB_BASE_URL, INFLUXDB_DB, POD_NAME } = process.env;
    let number = 0;
    function log(id) {
      const url = `${INFLUXDB_BASE_URL}/write?db=${INFLUXDB_DB}&precision=ns`;
      const write = http.request(url, { method: 'POST' }, (answer) => answer.resume());
      write.on('error', () => {});
      const time = `${Date.now()}${String(number).padStart(6, '0')}`;
      write.end(`operation,name=sum,pod=${POD_NAME} id="${id}",numbers=4i,result=10 ${time}`);
    }
    const server = http.createServer((request, response) => {
      if (request.url === '/health') return response.end('{}');
      request.resume().on('end', () => setTimeout(() => {
        const id = request.headers['x-request-id'];
        response.setHeader('X-Request-ID', id);
        response.end('{"result":10}');
        number += 1;
        if (number % 20 !== 0) log(id);
      }, 100));
    });
    server.listen(Number(LISTEN_PORT), LISTEN_HOST, () => console.log('msg=listening'));
    process.on('SIGTERM', () => server.close(() => process.exit(0)));

    """

  @Test(arguments: ["6", "7"])
  func `a service that loses one in twenty at random fails the rows that lose at a shutdown`(
    row: String
  ) async throws {
    let folder = TemporaryFolder()
    let node = try #require(Tool.node.path)
    try folder.write("#!\(node)\n\(Self.service)", to: "bin/CalcV\(row)", mode: 0o755)
    let run = try await HarnessRun.run([
      "v=\(row)", "phases=steady deploy", "door=tcp", "kind=fresh", "replicas=2", "clients=8",
      "start=0.2s", "prestop=2", "grace=8", "plain=1", "executables=\(folder.path)/bin",
      "manifests=\(TemporaryFolder.repository)/k8s", "results=\(folder.path)/results",
    ])
    #expect(run.code == 1, "\(run.output)")
    let result = try ResultFile.read("\(folder.path)/results/\(row).json")
    let audit = try #require(result.audit)
    #expect(audit.lost > 0 && audit.unknown == 0)
    #expect(try #require(audit.lostElsewhere) > 0)
    #expect(result.pods.reduce(0) { $0 + ($1.lost ?? 0) } == audit.lost)
    let fails = result.verdict?.findings.filter { $0.holds == false }.map(\.claim)
    #expect(fails == ["operations are answered and never logged"], "\(run.output)")
  }
}
