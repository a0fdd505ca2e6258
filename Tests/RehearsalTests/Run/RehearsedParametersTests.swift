import Testing

@testable import Comparison
@testable import Rehearsal

struct RehearsedParametersTests {
  private func subject(_ row: String, _ file: ManifestFile) throws -> Subject {
    let row = try #require(Row.named(row))
    return Subject(
      name: row.name, label: "", manifest: file,
      command: PodCommand(
        executable: "", arguments: [], port: 4000, containerPort: 4000, listening: .init(),
        podName: ""),
      request: .sum, claims: row.claims, logging: row.logging)
  }

  @Test func `parameters come from options and manifest`() throws {
    var deployment = Deployment(name: "calc", executable: "CalcV5")
    deployment.replicas = 13
    deployment.preStopSleep = 5
    let options = try Options.parse(
      ["replicas=5", "jitter=50ms", "phases=deploy"], executables: "bin")
    let file = ManifestFile(path: "k8s/v5/deployment.yaml", deployment: deployment)
    let subject = try subject("5", file)
    let parameters = Parameters(subject, options, seed: 7)
    #expect(parameters.manifest == "k8s/v5/deployment.yaml")
    #expect(parameters.scaledReplicas == nil)
    #expect(
      (parameters.replicas, parameters.preStop, parameters.seed, parameters.executable) == (
        5, 5, 7, "CalcV5"
      ))
    #expect((parameters.lag, parameters.jitter) == (0.1, 0.05))
    #expect(parameters.phases == [.deploy])
    let plain = Parameters(subject, Options(executables: "b"), seed: 1)
    #expect(plain.lag == nil && plain.scaledReplicas == 20)
    #expect(parameters.influx == nil)
  }

  @Test func `parameters of a row that logs operations say where, and what goes wrong there`()
    throws
  {
    let file = ManifestFile(path: "", deployment: Deployment(name: "calc", executable: "CalcV6"))
    let subject = try subject("6g", file)
    let faulty = try Options.parse(["v=6g", "influx-fault=down:10s"], executables: "bin")
    let real = try Options.parse(["v=6g", "influx=http://localhost:8086/"], executables: "bin")
    let parameters = [faulty, real].map { Parameters(subject, $0, seed: 7) }
    #expect(parameters.map(\.influx) == ["stand-in", "http://localhost:8086"])
    #expect(parameters.map(\.influxFault) == ["down:10s", nil])
  }
}
