import Libc
import Shared
import Testing

@testable import TestSupport

/// What each step promises, kept by its built executable.
@Suite(.serialized, .timeLimit(.minutes(4))) struct StepTests {
  /// A process that listens, and a client that has had an answer from it.
  private func start(_ step: Int, _ environment: [String: String] = [:]) async throws -> (
    StepProcess, StepClient
  ) {
    let process = try await StepProcess(step, [], environment)
    let address = try #require(
      await process.address(), "step \(step) does not listen: \(process.lines)")
    let client = await StepClient(address)
    let first = try await client.sum().get()
    #expect(String(decoding: first.bytes, as: UTF8.self) == #"{"result":10}"#)
    return (process, client)
  }

  /// Sends so many requests at once, and a signal once the first has its answer: `/sum` takes 100
  /// ms, so that the others are in flight.
  private func sums(_ count: Int, _ client: StepClient, thenFirst: () async throws -> Void)
    async throws -> (Wire, Int)
  {
    let wire = try await Wire.connect(to: client.address)
    let numbers = #"{"numbers":[1,2,3,4]}"#
    let sum =
      "POST /sum HTTP/1.1\r\nHost: test\r\nContent-Length: \(numbers.utf8.count)\r\n\r\n\(numbers)"
    await wire.send(String(repeating: sum, count: count))
    #expect(try await wire.readResponse().hasSuffix(#"{"result":10}"#))
    try await thenFirst()
    return (wire, count - 1)
  }

  @Test(arguments: 1...2)
  func `a step without a handler survives SIGTERM as PID 1 does, and goes on serving`(step: Int)
    async throws
  {
    let (process, client) = try await start(step)
    let (wire, left) = try await sums(4, client) { process.send(SIGTERM) }
    for _ in 0..<left { #expect(try await wire.readResponse().hasSuffix(#"{"result":10}"#)) }
    #expect(try await client.sum().get().status == .ok)
    #expect(process.isRunning)
    process.send(SIGKILL)
    #expect(await process.exitCode() == 137)
    await process.end()
  }

  @Test(arguments: 1...2)
  func `Ctrl-C ends a step without a handler`(step: Int) async throws {
    let (process, _) = try await start(step)
    process.send(SIGINT)
    #expect(await process.exitCode() == 130)
    await process.end()
  }

  @Test func `only step 1 has no health`() async throws {
    for step in Repository.steps {
      let (process, client) = try await start(step)
      #expect(try await client.health().get().status.code == (step == 1 ? 404 : 200))
      await process.end()
    }
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func `step 3 cuts the request in flight, says so, and ends with 1`(signal: Int32) async throws {
    let (process, client) = try await start(3)
    let (wire, left) = try await sums(50, client) { process.send(signal) }
    let answers = (try? await wire.readToEnd()) ?? ""
    #expect(answers.matches(of: /HTTP\/1\.1 200/).count < left)
    #expect(await process.exitCode() == 1)
    #expect(await process.line(containing: "msg=stopped")?.contains("cut=1") == true)
    await process.end()
  }

  @Test(arguments: [4, 5, 6, 7], [SIGTERM, SIGINT])
  func `a step with a drainer answers the request in flight, says close, and ends with 0`(
    step: Int, signal: Int32
  ) async throws {
    let (process, client) = try await start(step)
    let (wire, left) = try await sums(6, client) { process.send(signal) }
    let answers = try await wire.readToEnd()
    await wire.close()
    #expect(answers.matches(of: /\{"result":10\}/).count == left)
    #expect(answers.matches(of: /Connection: close/).count == 1)
    #expect(await process.exitCode() == 0)
    #expect(await process.line(containing: "msg=stopped")?.contains("cut=0") == true)
    await process.end()
  }

  @Test func `a second signal cuts a drain that has not ended`() async throws {
    let (process, client) = try await start(4)
    let (wire, left) = try await sums(50, client) { process.send(SIGTERM) }
    _ = try #require(await process.line(containing: "msg=draining"))
    process.send(SIGTERM)
    let answers = (try? await wire.readToEnd()) ?? ""
    #expect(answers.matches(of: /HTTP\/1\.1 200/).count < left)
    #expect(await process.exitCode() == 1)
    await process.end()
  }

  @Test(arguments: 3...7)
  func `a signal during the warm-up ends the process at once with 0`(step: Int) async throws {
    let process = try await StepProcess(step, [], ["WARMUP_SECONDS": "600"])
    _ = try #require(await process.line(containing: "warming up"))
    process.send(SIGTERM)
    #expect(await process.exitCode() == 0)
    #expect(!process.lines.contains { $0.contains("msg=listening") })
    await process.end()
  }

  @Test(arguments: Repository.steps, [[0], [1], [2], [0, 1, 2]] as [[Int32]])
  func `a step that starts without a standard descriptor gives its number to nothing else`(
    step: Int, closed: [Int32]
  ) async throws {
    let closing = closed.map { "\($0)>&-" }.joined(separator: " ")
    let process = try await StepProcess(
      program: "/bin/sh", ["-c", "exec \"$0\" \(closing)", StepProcess.executable(step)],
      ["LISTEN_HOST": "127.0.0.1", "LISTEN_PORT": "0", "INFLUXDB_BASE_URL": "http://127.0.0.1:1"])
    // It runs, and has its listener, which comes after the descriptors of signals and log.
    while process.target(of: "exe")?.hasSuffix("/CalcV\(step)") != true
      || !(0..<64).contains(where: { process.target(of: "fd/\($0)")?.hasPrefix("socket:") == true })
    {
      try #require(process.isRunning)
      try await Task.sleep(for: .milliseconds(5))
    }
    for descriptor in closed { #expect(process.target(of: "fd/\(descriptor)") == "/dev/null") }
    await process.end()
  }

  @Test(arguments: Repository.steps)
  func `a setting that is not allowed ends a step with one line and 78`(step: Int) async throws {
    let process = try await StepProcess(step, [], ["LISTEN_PORT": "+5"])
    #expect(await process.exitCode() == 78)
    #expect(process.lines == [#"LISTEN_PORT is "+5"; allowed is a port from 0 to 65535"#])
    await process.end()
  }

  @Test func `the status tells what was wrong also when the line is not read`() async throws {
    // Its standard error is a pipe whose reader has gone.
    let untilNobodyReads = "(trap '' PIPE; while printf .; do :; done) 2>/dev/null"
    let script =
      "exec 3>&1; { \(untilNobodyReads); LISTEN_PORT=+5 \"$0\" 2>&1; echo status $? >&3; } | :"
    let process = try await StepProcess(
      program: "/bin/sh", ["-c", script, StepProcess.executable(4)])
    #expect(await process.exitCode() == 0)
    #expect(process.lines == ["status 78"])
    await process.end()
  }

  @Test func `a port in use ends a step with one line and 71`() async throws {
    let (first, client) = try await start(2)
    let second = try await StepProcess(
      4, [], ["LISTEN_PORT": "\(client.address.port)", "LOG_LEVEL": "error"])
    #expect(await second.exitCode() == 71)
    #expect(second.lines == ["cannot listen on \(client.address): Address already in use"])
    #expect(try await client.sum().get().status == .ok)
    await first.end()
  }

  @Test func `at level debug a refused request is logged with the reason`() async throws {
    let (process, client) = try await start(4, ["LOG_LEVEL": "debug"])
    let wire = try await Wire.connect(to: client.address)
    await wire.send("POST /sum HTTP/1.1\r\nHost: test\r\nContent-Length: +5\r\n\r\n")
    #expect(try await wire.readToEnd().hasPrefix("HTTP/1.1 400 Bad Request"))
    await wire.close()
    process.send(SIGTERM)
    #expect(await process.exitCode() == 0)
    #expect(
      process.lines.contains {
        $0.contains(
          #"level=debug msg="request refused" status=400 reason="invalid Content-Length""#)
      })
    await process.end()
  }
}
