import Libc
import Shared
import Testing

@testable import Comparison
@testable import Rehearsal
@testable import TestSupport

/// The built harness with a Deployment that is no row's: what it sees of the service, and advises.
@Suite(.serialized, .timeLimit(.minutes(6))) struct OwnDeploymentTests {
  private let web = OwnDeployment()

  @Test func `a service that drains, with a preStop, loses nothing and gets no advice`()
    async throws
  {
    let run = try await web.rehearse(5, web.manifest(), "junit=\(web.folder.path)/junit.xml")
    #expect(run.code == 0, "\(run.output)")
    let result = try web.result()
    #expect(result.verdict?.word == "holds" && result.verdict?.advice == [])
    #expect(result.counts.failed == 0 && result.counts.sent > 0)
    #expect(result.subject?.name == "web" && result.subject?.request == "POST /sum")
    #expect(result.subject?.probes == ["readiness"])
    #expect(result.pods.allSatisfy { $0.address.hasSuffix(":4100") })
    #expect(result.pods.allSatisfy { $0.listening != nil })
    let bytes = try Files.bytes(of: "\(web.folder.path)/results/web.json")
    #expect(try JSONSchema.result().errors(JSONDocument(bytes)) == [])
    #expect(run.lines.contains { $0.hasPrefix("Deployment web: POST /sum of /") })
    #expect(run.lines.contains { $0.hasPrefix("Deployment web [holds]: no request of") })
    #expect(
      try TemporaryFolder.text("\(web.folder.path)/junit.xml").contains(
        "<testsuite name=\"Deployment web\""))
  }

  @Test func `a service without a handler is killed, and told so`() async throws {
    let run = try await web.rehearse(2, web.manifest(OwnDeployment.readiness, grace: 3))
    #expect(run.code == 1, "\(run.output)")
    let advice = try #require(try web.result().verdict?.advice)
    #expect(advice.contains { $0.contains("(137)") && $0.contains("handle SIGTERM") }, "\(advice)")
  }

  @Test func `a service that only takes a port runs with a port for each pod`() async throws {
    let run = try await web.rehearse(5, web.manifest(), "listen=LISTEN_PORT")
    #expect(run.code == 0, "\(run.output)")
    let addresses = try web.result().pods.map(\.address)
    #expect(addresses.allSatisfy { $0.hasPrefix("127.0.0.1:2") || $0.hasPrefix("127.0.0.1:3") })
  }

  @Test func `without a readiness probe clients come too early`() async throws {
    let run = try await web.rehearse(4, web.manifest(OwnDeployment.preStop), "env=WARMUP_SECONDS=2")
    #expect(run.code == 1, "\(run.output)")
    let advice = try #require(try web.result().verdict?.advice)
    #expect(
      advice.contains { $0.contains("did not listen yet") && $0.contains("add a readinessProbe") },
      "\(advice)")
  }

  @Test func `without a drain requests are cut, and the exit code is not 0`() async throws {
    let run = try await web.rehearse(3, web.manifest())
    #expect(run.code == 1, "\(run.output)")
    let advice = try #require(try web.result().verdict?.advice)
    #expect(try web.result().counts.cut > 0)
    #expect(
      advice.contains { $0.contains("cut at SIGTERM: drain") || $0.contains("Connection: close") },
      "\(advice)")
    #expect(advice.contains { $0.contains("exited with 1") }, "\(advice)")
  }

  @Test func `without a preStop the seconds are told that the measured lag asks for`()
    async throws
  {
    let run = try await web.rehearse(
      4, web.manifest(OwnDeployment.readiness), "kind=fresh", "door=tcp")
    #expect(run.code == 1, "\(run.output)")
    let advice = try #require(try web.result().verdict?.advice)
    #expect(advice.contains { $0.hasSuffix("lifecycle.preStop.sleep.seconds: 2") }, "\(advice)")
  }

  @Test func `the smallest value is found that loses nothing`() async throws {
    let run = try await web.rehearse(
      4, web.manifest(OwnDeployment.readiness), "try=prestop:0..2", "keep=10", "seed=7")
    #expect(run.code == 0, "\(run.output)")
    #expect(run.lines.contains { $0.hasPrefix("prestop=0: ") && $0.contains("requests failed") })
    #expect(run.lines.last == "prestop=1 is the smallest that lost nothing, in two runs")
  }

  @Test func `a grace period in which pods are killed is not enough, whatever is lost`()
    async throws
  {
    let run = try await web.rehearse(2, web.manifest(OwnDeployment.readiness), "try=grace:3")
    #expect(run.code == 1, "\(run.output)")
    let reason =
      "FAILS: every old pod ends by itself, within its grace of 3 s (2 of 2 old pods killed)"
    #expect(
      run.lines.contains { $0.hasPrefix("grace=3: ") && $0.hasSuffix("; \(reason)") },
      "\(run.output)")
    #expect(run.lines.last == "grace=3 is not enough")
  }

  @Test func `every kind of probe and hook is played`() async throws {
    let container = """
              startupProbe:
                tcpSocket: {port: 4100}
                periodSeconds: 1
              readinessProbe:
                exec: {command: [test, "$(WARMUP_SECONDS)", =, "0.5"]}
                periodSeconds: 1
              livenessProbe:
                httpGet: {path: health, port: http, httpHeaders: [{name: X-Probe, value: "1"}]}
                periodSeconds: 1
              lifecycle:
                preStop:
                  httpGet: {path: /health, port: http}

      """
    let run = try await web.rehearse(5, web.manifest(container, spec: "  minReadySeconds: 2"))
    // The service answers the hook at once, so clients still come to a closed listener.
    #expect(run.code == 1, "\(run.output)")
    #expect(run.lines.first?.contains("readinessProbe.exec runs on this machine") == true)
    let result = try web.result()
    #expect(result.subject?.probes == ["startup", "readiness", "liveness"])
    #expect(result.verdict?.word == "FAILS", "\(run.output)")
    let advice = try #require(result.verdict?.advice)
    #expect(advice.contains { $0.contains("did not listen any more") }, "\(advice)")
    let old = result.pods.filter { $0.deletedIn != nil }
    #expect(old.count == 2)
    #expect(old.allSatisfy { $0.code == 0 && $0.preStop != nil && $0.sigterm != nil })
    // Each is ready for two seconds before the rollout deletes the next one.
    let ready = result.pods.filter { $0.createdIn == .deploy }.compactMap(\.ready)
    let deletions = old.compactMap(\.deletion).sorted()
    #expect(ready.count == 2 && deletions.count == 2)
    for (pod, deletion) in zip(ready.sorted(), deletions) { #expect(deletion - pod >= 2) }
  }

  @Test func `what kubectl prints is read from standard input, by an executable that was copied`()
    async throws
  {
    try web.folder.write(
      #"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"#
        + #""spec":{"replicas":1,"#
        + #""template":{"spec":{"containers":[{"name":"c","image":"i","ports":"#
        + #"[{"containerPort":4100}],"command":["\#(StepProcess.executable(5))"]}]}}},"#
        + #""status":{}}"#,
      to: "web.json")
    let copy = try Launch(
      arguments: ["/bin/cp", BuiltHarness.path, "\(web.folder.path)/rehearsal"], group: 0
    ).spawn()
    waitpid(copy, nil, 0)
    let words =
      "'\(web.folder.path)/rehearsal' deploy deployment=- listen=LISTEN_HOST,LISTEN_PORT "
      + "'request=GET /health' phases=steady clients=4 start=0s plain=1 "
      + "'results=\(web.folder.path)/results'"
    let run = try await HarnessRun.run(
      ["-c", "cd / && \(words) < '\(web.folder.path)/web.json'"], of: "/bin/sh")
    // No phase stopped a pod, so the run proves nothing.
    #expect(run.code == 1, "\(run.output)")
    let result = try web.result()
    #expect(result.counts.sent > 0 && result.counts.failed == 0)
    #expect(result.parameters.manifest == "standard input")
  }
}
