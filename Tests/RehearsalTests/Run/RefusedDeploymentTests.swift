import Libc
import Shared
import Testing

@testable import Comparison
@testable import Rehearsal
@testable import TestSupport

/// A Deployment that the built harness cannot rehearse: it says why in one line.
@Suite(.serialized, .timeLimit(.minutes(6))) struct RefusedDeploymentTests {
  private let web = OwnDeployment()

  @Test(arguments: [
    (["run=/nowhere/x"], 66, "run=: '/nowhere/x' is no program on this machine. Give its path"),
    (["run=A=1 x"], 66, "this machine. Variables have a knob of their own: env='A=1'"),
    (["run=false"], 69, "ended twice before it listened, with 1"),
    (["request=GET /nothing"], 69, "GET /nothing is answered with 404 Not Found; request= says"),
    (["listen=NOWHERE,LISTEN_PORT"], 69, "; a service that takes no address needs listen=PORT"),
    (["deployment=/nowhere.yaml"], 66, "/nowhere.yaml: no such file"),
    (["name=api"], 65, "holds no Deployment 'api', but web"),
    (["prestop=9"], 64, "prestop= is 9, but must not be above the grace period (8)"),
    (["try=prestop:7..9"], 64, "prestop= is 9, but must not be above the grace period (8)"),
  ]) func `what cannot be rehearsed is said in one line`(
    words: [String], code: Int32, line: String
  ) async throws {
    let run =
      words[0].hasPrefix("deployment=")
      ? try await web.rehearse(5, "/nowhere.yaml")
      : try await web.rehearse(5, web.manifest(), words[0])
    #expect(run.code == code, "\(run.output)")
    #expect(run.lines.last?.contains(line) == true, "\(run.output)")
  }

  @Test func `a service that speaks TLS is told so`() async throws {
    try await refuses("speaks-tls", "GET / fails before the load begins: the service expects TLS")
  }

  // Without a namespace the process in the background holds the next pod's address.
  @Test(
    .enabled(
      if: PID1.available(harness: BuiltHarness.path) == .namespace, "needs PID namespaces"))
  func `a service that goes into the background is told to stay`() async throws {
    try await refuses(
      "starts-in-background", "with 0; it has to stay in the foreground, as in a container")
  }

  private func refuses(_ flaw: String, _ line: String) async throws {
    let server = "run=\(BuiltHarness.folder)/FlawedServer $(LISTEN_PORT) \(flaw)"
    let run = try await web.rehearse(
      5, web.manifest(""), server, "listen=LISTEN_PORT", "request=GET /")
    #expect(run.code == 69, "\(run.output)")
    #expect(run.lines.last?.contains(line) == true, "\(run.output)")
  }

  @Test func `a manifest that comes by a pipe is read once`() async throws {
    let text = try TemporaryFolder.text(web.manifest(""))
    let pipe = "\(web.folder.path)/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    BackgroundThread.start {
      let descriptor = open(pipe, O_WRONLY)
      Descriptor.write(Array(text.utf8), to: descriptor)
      close(descriptor)
    }
    // It comes as far as the request.
    let run = try await web.rehearse(5, pipe, "request=GET /nothing")
    #expect(run.code == 69, "\(run.output)")
  }

  @Test func `a pod that listens elsewhere is told where`() throws {
    let address = try #require(SocketAddress(host: "127.1.1.1", port: 8080))
    let start = "does not listen at 127.1.1.1:8080"
    #expect(PodRun.silence(at: address, ports: []) == start)
    #expect(PodRun.silence(at: address, ports: [9, 10]).hasPrefix("\(start), but at port 9, 10: "))
    #expect(
      PodRun.silence(at: address, ports: [8080]).hasPrefix("\(start), but at another address"))
  }

  @Test(arguments: [
    ("listen=LISTEN_PORT", 65), ("ports=1", 65), ("run=false", 69),
  ]) func `a hook that asks another port needs an address for each pod`(
    word: String, code: Int32
  ) async throws {
    let hook = OwnDeployment.preStop.replacing("sleep: {seconds: 2}", with: "httpGet: {port: 4101}")
    let run = try await web.rehearse(5, web.manifest(hook), word)
    #expect(run.code == code, "\(run.output)")
    let line =
      "preStop.httpGet.port is 4101, but where all pods share an address (listen=PORT, ports=1) "
      + "each has one port, that of 4100"
    #expect(run.lines.last?.hasSuffix(line) == (code == 65), "\(run.output)")
  }

  @Test func `what comes from elsewhere has to be given, and a probe's program to be here`()
    async throws
  {
    let secret = OwnDeployment.readiness.replacing(
      "  readinessProbe", with: "  envFrom: [{secretRef: {name: s}}]\n        readinessProbe")
    let text = try TemporaryFolder.text(web.manifest(secret)).replacing(
      "value: \"0.5\"}", with: "valueFrom: {secretKeyRef: {name: a, key: b}}}")
    try web.folder.write(text, to: "web.yaml")
    let refused = try await web.rehearse(5, "\(web.folder.path)/web.yaml")
    #expect(refused.code == 65)
    #expect(
      refused.lines.last?.hasSuffix(
        "valueFrom.secretKeyRef is not here; give it with env='WARMUP_SECONDS=…'") == true,
      "\(refused.output)")
    let exec = try web.manifest(
      "        readinessProbe:\n          exec: {command: [\"$(LISTEN_HOST)/check\"]}\n")
    let run = try await web.rehearse(5, exec)
    #expect(run.code == 66)
    #expect(
      run.lines.last?.hasSuffix(
        "readinessProbe.exec runs on this machine, and '127.0.0.1/check' is no program here")
        == true)
  }
}
