import Libc
import Shared
import Testing

@testable import Comparison
@testable import Rehearsal
@testable import TestSupport

/// The built harness with a Deployment that is no row's; the talk's steps are the services.
@Suite(.serialized, .timeLimit(.minutes(3))) struct OwnDeploymentTests {
  private let folder = TemporaryFolder()

  private static let readiness = """
            readinessProbe:
              httpGet: {path: /health, port: http}
              periodSeconds: 1

    """

  private static let preStop = """
            lifecycle:
              preStop:
                sleep: {seconds: 2}

    """

  private func manifest(
    _ container: String = readiness + preStop, grace: Int = 8, spec: String = ""
  ) throws -> String {
    try folder.write(
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec:
        selector: {app: web}
        ports: [{port: 80, targetPort: http}]
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        replicas: 2
        strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
      \(spec)
        template:
          metadata:
            labels: {app: web}
          spec:
            terminationGracePeriodSeconds: \(grace)
            containers:
            - name: web
              image: web:1
              ports: [{containerPort: 4100, name: http}]
              env: [{name: WARMUP_SECONDS, value: "0.5"}]
      \(container)
      """, to: "web.yaml")
    return "\(folder.path)/web.yaml"
  }

  private func rehearse(_ step: Int, _ manifest: String, _ more: String...) async throws
    -> HarnessRun
  {
    let words = [
      "deployment=\(manifest)", "run=\(StepProcess.executable(step))",
      "listen=LISTEN_HOST,LISTEN_PORT", #"request=POST /sum {"numbers":[1,2]}"#, "ok=200",
      "phases=deploy", "clients=12", "start=0.2s", "lag=0.5s", "plain=1",
      "results=\(folder.path)/results",
    ]
    let names = more.map { $0.prefix { $0 != "=" } + "=" }
    let all = words.filter { word in !names.contains { word.hasPrefix($0) } } + more
    let run = try await HarnessRun.run(all)
    // Other suites run beside this one: a machine that was too slow says nothing.
    return run.output.contains("[no verdict]") ? try await HarnessRun.run(all) : run
  }

  private func result() throws -> RowResult {
    try ResultFile.read("\(folder.path)/results/web.json")
  }

  @Test func `a service that drains, with a preStop, loses nothing and gets no advice`()
    async throws
  {
    let run = try await rehearse(5, manifest(), "junit=\(folder.path)/junit.xml")
    #expect(run.code == 0, "\(run.output)")
    let result = try result()
    #expect(result.verdict?.word == "holds" && result.verdict?.advice == [])
    #expect(result.counts.failed == 0 && result.counts.sent > 0)
    #expect(result.subject?.name == "web" && result.subject?.request == "POST /sum")
    #expect(result.subject?.probes == ["readiness"])
    #expect(result.pods.allSatisfy { $0.address.hasSuffix(":4100") })
    #expect(result.pods.allSatisfy { $0.listening != nil })
    let bytes = try Files.bytes(of: "\(folder.path)/results/web.json")
    #expect(try JSONSchema.result().errors(JSONDocument(bytes)) == [])
    #expect(run.lines.contains { $0.hasPrefix("Deployment web: POST /sum of /") })
    #expect(run.lines.contains { $0.hasPrefix("Deployment web [holds]: no request of") })
    #expect(
      try TemporaryFolder.text("\(folder.path)/junit.xml").contains(
        "<testsuite name=\"Deployment web\""))
  }

  @Test func `a service without a handler is killed, and told so`() async throws {
    let run = try await rehearse(2, manifest(Self.readiness, grace: 3))
    #expect(run.code == 1, "\(run.output)")
    let advice = try #require(try result().verdict?.advice)
    #expect(advice.contains { $0.contains("(137)") && $0.contains("handle SIGTERM") }, "\(advice)")
  }

  @Test func `a service that only takes a port runs with a port for each pod`() async throws {
    let run = try await rehearse(5, manifest(), "listen=LISTEN_PORT")
    #expect(run.code == 0, "\(run.output)")
    let addresses = try result().pods.map(\.address)
    #expect(addresses.allSatisfy { $0.hasPrefix("127.0.0.1:2") || $0.hasPrefix("127.0.0.1:3") })
  }

  @Test func `without a readiness probe clients come too early`() async throws {
    let run = try await rehearse(4, manifest(Self.preStop), "env=WARMUP_SECONDS=2")
    #expect(run.code == 1, "\(run.output)")
    let advice = try #require(try result().verdict?.advice)
    #expect(
      advice.contains { $0.contains("did not listen yet") && $0.contains("add a readinessProbe") },
      "\(advice)")
  }

  @Test func `without a drain requests are cut, and the exit code is not 0`() async throws {
    let run = try await rehearse(3, manifest())
    #expect(run.code == 1, "\(run.output)")
    let advice = try #require(try result().verdict?.advice)
    #expect(try result().counts.cut > 0)
    #expect(
      advice.contains { $0.contains("cut at SIGTERM: drain") || $0.contains("Connection: close") },
      "\(advice)")
    #expect(advice.contains { $0.contains("exited with 1") }, "\(advice)")
  }

  @Test func `without a preStop the seconds are told that the measured lag asks for`()
    async throws
  {
    let run = try await rehearse(4, manifest(Self.readiness), "kind=fresh", "door=tcp")
    #expect(run.code == 1, "\(run.output)")
    let advice = try #require(try result().verdict?.advice)
    #expect(advice.contains { $0.hasSuffix("lifecycle.preStop.sleep.seconds: 2") }, "\(advice)")
  }

  @Test func `the smallest value is found that loses nothing`() async throws {
    let run = try await rehearse(
      4, manifest(Self.readiness), "try=prestop:0..2", "keep=10", "seed=7")
    #expect(run.code == 0, "\(run.output)")
    #expect(run.lines.contains { $0.hasPrefix("prestop=0: ") && $0.contains("requests failed") })
    #expect(run.lines.last == "prestop=1 is the smallest that lost nothing, in two runs")
  }

  @Test func `a grace period in which pods are killed is not enough, whatever is lost`()
    async throws
  {
    let run = try await rehearse(2, manifest(Self.readiness), "try=grace:3")
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
    let run = try await rehearse(5, manifest(container, spec: "  minReadySeconds: 2"))
    // The hook is answered at once, so clients still come to a closed listener.
    #expect(run.code == 1, "\(run.output)")
    #expect(run.lines.first?.contains("readinessProbe.exec runs on this machine") == true)
    let result = try result()
    #expect(result.subject?.probes == ["startup", "readiness", "liveness"])
    #expect(result.verdict?.word == "FAILS", "\(run.output)")
    let advice = try #require(result.verdict?.advice)
    #expect(advice.contains { $0.contains("did not listen any more") }, "\(advice)")
    let old = result.pods.filter { $0.deletedIn != nil }
    #expect(old.count == 2)
    #expect(old.allSatisfy { $0.code == 0 && $0.preStop != nil && $0.sigterm != nil })
    // Each is ready for two seconds before the next one is deleted.
    let ready = result.pods.filter { $0.createdIn == .deploy }.compactMap(\.ready)
    let deletions = old.compactMap(\.deletion).sorted()
    #expect(ready.count == 2 && deletions.count == 2)
    for (pod, deletion) in zip(ready.sorted(), deletions) { #expect(deletion - pod >= 2) }
  }

  @Test func `what kubectl prints is read from standard input, by an executable that was copied`()
    async throws
  {
    try folder.write(
      #"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"#
        + #""spec":{"replicas":1,"#
        + #""template":{"spec":{"containers":[{"name":"c","image":"i","ports":"#
        + #"[{"containerPort":4100}],"command":["\#(StepProcess.executable(5))"]}]}}},"#
        + #""status":{}}"#,
      to: "web.json")
    let copy = try Launch(
      arguments: ["/bin/cp", BuiltHarness.path, "\(folder.path)/rehearsal"], group: 0
    ).spawn()
    waitpid(copy, nil, 0)
    let words =
      "'\(folder.path)/rehearsal' deploy deployment=- listen=LISTEN_HOST,LISTEN_PORT "
      + "'request=GET /health' phases=steady clients=4 start=0s plain=1 "
      + "'results=\(folder.path)/results'"
    let run = try await HarnessRun.run(
      ["-c", "cd / && \(words) < '\(folder.path)/web.json'"], of: "/bin/sh")
    // Nothing that stops pods was run, so nothing is proven.
    #expect(run.code == 1, "\(run.output)")
    let result = try result()
    #expect(result.counts.sent > 0 && result.counts.failed == 0)
    #expect(result.parameters.manifest == "standard input")
  }

  @Test(.needs(.node)) func `nothing is deleted until the one request before the load is answered`()
    async throws
  {
    try folder.write(
      """
      const { HOST, PORT } = process.env;
      require('http').createServer((request, response) => {
        const isFirst = request.headers['x-request-id'] === 'first';
        setTimeout(() => response.end(), isFirst ? 1500 : 0);
      }).listen(Number(PORT), HOST);

      """, to: "slow.js")
    let run = try await rehearse(
      5, manifest("", grace: 1), "run=node \(folder.path)/slow.js", "listen=HOST,PORT",
      "request=GET /", "clients=4")
    #expect(run.code == 1, "\(run.output)")
    let result = try result()
    let came = try #require(
      result.pods.filter { $0.createdIn == nil }.compactMap(\.inEndpoints).max())
    let deletion = try #require(result.pods.compactMap(\.deletion).min())
    #expect(deletion - came >= 1.5)
  }

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
      ? try await rehearse(5, "/nowhere.yaml") : try await rehearse(5, manifest(), words[0])
    #expect(run.code == code, "\(run.output)")
    #expect(run.lines.last?.contains(line) == true, "\(run.output)")
  }

  @Test(arguments: [
    ("speaks-tls", "GET / fails before the load begins: the service expects TLS"),
    ("starts-in-background", "with 0; it has to stay in the foreground, as in a container"),
  ]) func `a service that cannot be rehearsed is told why`(flaw: String, line: String) async throws
  {
    let server = "run=\(BuiltHarness.folder)/FlawedServer $(LISTEN_PORT) \(flaw)"
    let run = try await rehearse(
      5, manifest(""), server, "listen=LISTEN_PORT", "request=GET /")
    #expect(run.code == 69, "\(run.output)")
    #expect(run.lines.last?.contains(line) == true, "\(run.output)")
  }

  @Test func `a manifest that comes by a pipe is read once`() async throws {
    let text = try TemporaryFolder.text(manifest(""))
    let pipe = "\(folder.path)/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    BackgroundThread.start {
      let descriptor = open(pipe, O_WRONLY)
      Descriptor.write(Array(text.utf8), to: descriptor)
      close(descriptor)
    }
    // It comes as far as the request.
    let run = try await rehearse(5, pipe, "request=GET /nothing")
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
    let hook = Self.preStop.replacing("sleep: {seconds: 2}", with: "httpGet: {port: 4101}")
    let run = try await rehearse(5, manifest(hook), word)
    #expect(run.code == code, "\(run.output)")
    let line =
      "preStop.httpGet.port is 4101, but where all pods share an address (listen=PORT, ports=1) "
      + "each has one port, that of 4100"
    #expect(run.lines.last?.hasSuffix(line) == (code == 65), "\(run.output)")
  }

  @Test func `what comes from elsewhere has to be given, and a probe's program to be here`()
    async throws
  {
    let secret = Self.readiness.replacing(
      "  readinessProbe", with: "  envFrom: [{secretRef: {name: s}}]\n        readinessProbe")
    let text = try TemporaryFolder.text(manifest(secret)).replacing(
      "value: \"0.5\"}", with: "valueFrom: {secretKeyRef: {name: a, key: b}}}")
    try folder.write(text, to: "web.yaml")
    let refused = try await rehearse(5, "\(folder.path)/web.yaml")
    #expect(refused.code == 65)
    #expect(
      refused.lines.last?.hasSuffix(
        "valueFrom.secretKeyRef is not here; give it with env='WARMUP_SECONDS=…'") == true,
      "\(refused.output)")
    let exec = try manifest(
      "        readinessProbe:\n          exec: {command: [\"$(LISTEN_HOST)/check\"]}\n")
    let run = try await rehearse(5, exec)
    #expect(run.code == 66)
    #expect(
      run.lines.last?.hasSuffix(
        "readinessProbe.exec runs on this machine, and '127.0.0.1/check' is no program here")
        == true)
  }
}
