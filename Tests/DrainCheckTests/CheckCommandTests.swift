import Libc
import Shared
import Testing

@testable import Comparison
@testable import DrainCheck
@testable import Rehearsal
@testable import TestSupport

/// The command as a user runs it: what it says, what it leaves, and its exit status.
@Suite(.timeLimit(.minutes(5))) struct CheckCommandTests {
  private static let server = "\(BuiltHarness.folder)/FlawedServer"

  private func run(_ words: [String]) async throws -> HarnessRun {
    try await HarnessRun.run(["check"] + words)
  }

  @Test func `a server that drains ends it with 0, and its report is in files, too`() async throws {
    let (folder, port) = (TemporaryFolder(), try CheckedService.freePort())
    let result = try await run([
      "run=\(Self.server) \(port)", "port=\(port)", "only=stops in-flight body-half-sent",
      "json=\(folder.path)/check.json", "junit=\(folder.path)/check.xml",
    ])
    #expect(result.code == 0, "\(result.output)")
    #expect(result.output.contains(/holds +must +in-flight +answered 200, Connection: close/))
    let document = try JSONDocument(Files.bytes(of: "\(folder.path)/check.json"))
    #expect(document["holds"] == .bool(true) && document["schema"] == .number(1))
    #expect(
      document["cases"]?.elements.map { $0["verdict"]?.text } == ["holds", "holds", "not tried"])
    let junit = try TemporaryFolder.text("\(folder.path)/check.xml")
    #expect(junit.contains(#"tests="3" failures="0" errors="0" skipped="1""#))
  }

  @Test func `a must that fails ends it with 1, and is told with rule, cause and cure`()
    async throws
  {
    let (folder, port) = (TemporaryFolder(), try CheckedService.freePort())
    let result = try await run([
      "run=\(Self.server) \(port) drops-backlog", "port=\(port)", "only=stops backlog",
      "junit=\(folder.path)/check.xml",
    ])
    #expect(result.code == 1, "\(result.output)")
    for text in ["backlog (must): ", "  rule  ", "  sent  ", "  came  ", "  user  ", "  mend  "] {
      #expect(result.output.contains("\n\(text)"), "\(text)")
    }
    #expect(result.lines.allSatisfy { $0.count <= 80 })
    #expect(try TemporaryFolder.text("\(folder.path)/check.xml").contains("<failure message="))
  }

  @Test func `a must that could not be tried ends it with 1, and a should alone does not`()
    async throws
  {
    for (only, code) in [("body-half-sent", Int32(1)), ("exit-code", 0)] {
      let port = try CheckedService.freePort()
      let result = try await run(["run=\(Self.server) \(port)", "port=\(port)", "only=\(only)"])
      #expect(result.code == code, "\(result.output)")
      #expect(result.lines.last == "No must was tried: nothing is proved.")
    }
  }

  @Test(arguments: [
    (["port=1"], "drain-check needs run= and port=: drain-check run='node server.js' port=8080"),
    (["run=a 'b", "port=1"], "run=a 'b: run= takes a command line whose quotes are closed"),
    (["run=a", "port=0"], "port=0: port= takes a port from 1 to 65535"),
    (["run=a", "port=1", "env=A"], "env=A: env= takes words of the form NAME=value"),
  ])
  func `a wrong word is told in one line, with 64`(words: [String], line: String) async throws {
    let result = try await run(words)
    #expect(result.code == 64)
    #expect(result.lines == [line])
  }

  @Test func `a program that is not there, and a line that needs a shell, are told so`()
    async throws
  {
    let missing = try await run(["run=no-such-program a", "port=9"])
    #expect(missing.code == 66)
    #expect(
      missing.lines == [
        "run='no-such-program a': no such program. Give its path, or a name that PATH finds"
      ])
    let shell = try await run(["run=PORT=$X && node a.js", "port=9"])
    #expect(
      shell.lines.first?.contains(#"No shell runs it; name one: run='sh -c "exec …"'"#) == true)
    let variable = try await run(["run=PORT=80 node a.js", "port=9"])
    #expect(
      variable.lines == [
        "run='PORT=80 node a.js': no such program. Variables have a knob of their own: "
          + "env='PORT=80'"
      ])
  }

  @Test func `a server that does not start is told with its exit status and its last lines`()
    async throws
  {
    let result = try await run(["run=sh -c 'echo no luck; exit 3'", "port=9"])
    #expect(result.code == 69)
    #expect(
      result.lines == [
        "'sh -c echo no luck; exit 3' ended with 3 before it listened at port 9. It wrote:",
        "  no luck",
      ])
  }

  @Test func `a server that goes into the background is told to stay, and is not left behind`()
    async throws
  {
    let port = try CheckedService.freePort()
    let result = try await run([
      "run=\(Self.server) \(port) starts-in-background", "port=\(port)",
    ])
    #expect(result.code == 69)
    #expect(result.output.contains("has to stay in the foreground"))
    try await expectFree(port)
  }

  @Test(.enabled(if: access("/usr/bin/setsid", X_OK) == 0, "needs setsid"))
  func `without a namespace a process in a session of its own is not left behind either`()
    async throws
  {
    let (port, other) = (try CheckedService.freePort(), try CheckedService.freePort())
    await #expect(throws: CommandError.self) {
      _ = try await CheckedService.check(
        "setsid -f \(Self.server) \(other)", [], port: port, pid1: .emulated)
    }
    #expect(ProcessTree.all().filter { commandLine(of: $0).contains("\(other)") } == [])
  }

  /// Empty for a process that has ended.
  private func commandLine(of pid: pid_t) -> String {
    String(decoding: (try? Files.bytes(of: "/proc/\(pid)/cmdline")) ?? [], as: UTF8.self)
  }

  @Test(.enabled(if: access("/proc/net/tcp", R_OK) == 0, "needs /proc/net/tcp"))
  func `a server at another port is told which one it took`() async throws {
    let (port, other) = (try CheckedService.freePort(), try CheckedService.freePort())
    let result = try await run(["run=\(Self.server) \(other)", "port=\(port)"])
    #expect(result.code == 69)
    #expect(
      result.lines.first?.hasPrefix(
        "the server does not listen at port \(port), but at \(other): give port=") == true,
      "\(result.output)")
  }

  @Test(.needs(.node)) func `a server at another address is told where the clients are`()
    async throws
  {
    let port = try CheckedService.freePort()
    let result = try await run([
      "run=node -e 'require(\"http\").createServer().listen(\(port), \"127.0.0.9\")'",
      "port=\(port)",
    ])
    #expect(result.code == 69)
    #expect(
      result.lines.first?.hasPrefix(
        "the server listens at port \(port), but not at 127.0.0.1 or ::1") == true,
      "\(result.output)")
  }

  @Test(.needs(.node)) func `the first line of an error stands before the stack of a runtime`()
    async throws
  {
    let result = try await run(["run=node /nowhere/server.js", "port=9"])
    #expect(result.code == 69)
    #expect(result.output.contains("Error: Cannot find module '/nowhere/server.js'"))
  }

  @Test func `a port in use is told before anything is started`() async throws {
    let port = try CheckedService.freePort()
    let address = try #require(SocketAddress(host: "127.0.0.1", port: port))
    let held = try BindCheck.hold(address)
    defer { close(held) }
    let result = try await run(["run=\(Self.server) \(port)", "port=\(port)"])
    #expect(result.code == 71)
    #expect(result.lines.first?.hasPrefix("port \(port) is in use") == true)
  }

  @Test func `an answer 404 asks for another path`() async throws {
    let port = try CheckedService.freePort()
    let result = try await run(["run=\(Self.server) \(port)", "port=\(port)", "path=/none"])
    #expect(result.code == 69)
    #expect(result.lines.first?.hasPrefix("GET /none is answered 404: give path=") == true)
  }

  @Test func `a server that speaks TLS is told from one that does not answer`() async throws {
    let port = try CheckedService.freePort()
    let result = try await run(["run=\(Self.server) \(port) speaks-tls", "port=\(port)"])
    #expect(result.code == 69)
    #expect(result.lines.first?.hasPrefix("the server expects TLS at port \(port)") == true)
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGKILL])
  func `nothing is left behind when the check itself is ended`(signal: Int32) async throws {
    let port = try CheckedService.freePort()
    let result = try await HarnessRun.run(
      ["check", "run=\(Self.server) \(port)", "port=\(port)", "only=silent"]
    ) { output, pid in
      if output.contains("is answered 200") { kill(pid, signal) }
    }
    #expect(result.code == (signal == SIGKILL ? 137 : 130))
    try await expectFree(port)
  }

  /// Soon no process listens there.
  private func expectFree(_ port: UInt16) async throws {
    let address = try #require(SocketAddress(host: "127.0.0.1", port: port))
    let deadline = MonotonicTime.now + .seconds(10)
    while (try? WireClient.connect(to: address)) != nil {
      try #require(.now < deadline, "a process still listens")
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  @Test func `its help lists every knob and every case`() async throws {
    let result = try await run(["help=1"])
    #expect(result.code == 0)
    for text in ["run=", "port=", "slow=", "junit="] + Case.all.map(\.name) {
      #expect(result.lines.contains { $0.hasPrefix("  \(text)") }, "\(text)")
    }
  }
}
