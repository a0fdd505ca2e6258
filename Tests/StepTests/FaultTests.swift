import Libc
import Shared
import Testing

@testable import TestSupport

/// System calls that fail, injected by strace(1) into a built executable: it goes on, or says why
/// not in one line. It never traps and never spins.
@Suite(.timeLimit(.minutes(5)), .needs(.strace)) struct FaultTests {
  /// What fails, how, and at which calls: `3` the third one, `3+` from then on, `3+5` each fifth.
  struct Fault: Sendable, CustomTestStringConvertible {
    let call: String
    let error: String
    let when: String

    var testDescription: String { "\(call): \(error) at \(when)" }
  }

  private func start(_ faults: [Fault], _ step: Int) async throws -> StepProcess {
    let injections = faults.flatMap {
      ["-e", "inject=\($0.call):error=\($0.error):when=\($0.when)"]
    }
    // The tracer is detached (-D): the process is the step itself.
    return try await StepProcess(
      program: "/usr/bin/env",
      ["strace", "-D", "-f", "-qq", "-o", "/dev/null"] + injections + [
        StepProcess.executable(step)
      ],
      [
        "LISTEN_HOST": "127.0.0.1", "LISTEN_PORT": "0", "LOOPS": "2",
        "INFLUXDB_BASE_URL": "http://127.0.0.1:1",
      ])
  }

  /// Each of them may happen while the service runs.
  private static let passing = [
    Fault(call: "accept4", error: "ECONNABORTED", when: "1+2"),
    Fault(call: "accept4", error: "EMFILE", when: "2+3"),
    Fault(call: "accept4", error: "ENOBUFS", when: "2+3"),
    Fault(call: "accept4", error: "EINTR", when: "1+2"),
    Fault(call: "recvfrom", error: "EINTR", when: "1+3"),
    Fault(call: "recvfrom", error: "EAGAIN", when: "1+3"),
    Fault(call: "sendto", error: "EINTR", when: "1+2"),
    Fault(call: "sendto", error: "EAGAIN", when: "1+3"),
    Fault(call: "epoll_wait", error: "EINTR", when: "1+3"),
    Fault(call: "write", error: "EINTR", when: "5+3"),
    Fault(call: "shutdown", error: "ENOTCONN", when: "1+2"),
    Fault(call: "setsockopt", error: "ENOMEM", when: "1+"),
  ]

  @Test(arguments: passing)
  func `a fault that passes costs no request`(fault: Fault) async throws {
    let process = try await start([fault], 4)
    let address = try #require(await process.address(), "\(process.lines)")
    let client = await StepClient(address)
    for _ in 0..<20 { #expect(try await client.health().get().status == .ok) }
    #expect(try await client.sum().get().status == .ok)
    process.send(SIGTERM)
    #expect(await process.exitCode() == 0)
    await process.end()
  }

  /// Each of them takes a connection, and nothing else.
  private static let breaking = [
    Fault(call: "recvfrom", error: "ECONNRESET", when: "3+4"),
    Fault(call: "recvfrom", error: "ETIMEDOUT", when: "3+4"),
    Fault(call: "sendto", error: "EPIPE", when: "3+4"),
    Fault(call: "sendto", error: "ENOMEM", when: "3+4"),
    Fault(call: "epoll_ctl", error: "ENOSPC", when: "6+4"),
    Fault(call: "epoll_ctl", error: "ENOMEM", when: "6+4"),
  ]

  @Test(arguments: breaking)
  func `a fault that takes a connection takes no other`(fault: Fault) async throws {
    let process = try await start([fault], 4)
    let address = try #require(await process.address(), "\(process.lines)")
    let client = await StepClient(address)
    var answered = 0
    for _ in 0..<40 {
      if case .success(let response) = await client.health() {
        #expect(response.status == .ok)
        answered += 1
      }
    }
    #expect(answered >= 15)
    process.send(SIGTERM)
    #expect([0, 1].contains(await process.exitCode()), "\(process.lines)")
    await process.end()
  }

  /// Without these it cannot start.
  private static let starting = [
    Fault(call: "eventfd2", error: "EMFILE", when: "1"),
    Fault(call: "eventfd2", error: "EMFILE", when: "2"),
    // The first epoll and the third eventfd are libdispatch's, which traps without them: a log
    // looks for descriptors before the first task.
    Fault(call: "epoll_create1", error: "EMFILE", when: "2+"),
    // The first is libdispatch's, too.
    Fault(call: "epoll_ctl", error: "ENOSPC", when: "2+"),
    Fault(call: "socket", error: "EMFILE", when: "1+"),
    Fault(call: "bind", error: "EADDRINUSE", when: "1+"),
    Fault(call: "listen", error: "EADDRINUSE", when: "1+"),
  ]

  @Test(arguments: starting)
  func `a fault at the start is one line and 71`(fault: Fault) async throws {
    try await expectRefusal(of: fault)
  }

  @Test(
    .disabled(if: Sanitizer.isThread, "the first thread is the sanitizer's"), arguments: ["1", "2"])
  func `a thread that cannot be had at the start is one line and 71`(when: String) async throws {
    try await expectRefusal(of: Fault(call: "clone3,clone", error: "EAGAIN", when: when))
  }

  private func expectRefusal(of fault: Fault) async throws {
    let process = try await start([fault], 4)
    #expect(await process.exitCode() == 71)
    let lines = process.lines.filter { !$0.hasPrefix("ts=") }
    #expect(lines.count == 1, "\(process.lines)")
    await process.end()
  }

  @Test(arguments: ["EIO", "ENOSPC", "EPIPE"])
  func `a log that cannot be written does not hold up the service`(error: String) async throws {
    // The first line says where it listens.
    let process = try await start([Fault(call: "write", error: error, when: "8+")], 4)
    let address = try #require(await process.address(), "\(process.lines)")
    let client = await StepClient(address)
    let before = try process.ticks()
    for _ in 0..<10 { #expect(try await client.sum().get().status == .ok) }
    #expect(try process.ticks() - before < 100)
    process.send(SIGKILL)
    _ = await process.exitCode()
    await process.end()
  }

  /// strace holds the process, too, until the delay is over.
  @Test func `a signal ends a step that is still looking up its host's name`() async throws {
    let process = try await StepProcess(
      program: "/usr/bin/env",
      [
        "strace", "-D", "-f", "-qq", "-o", "/dev/null", "-P", "/etc/hosts", "-e",
        "inject=openat:delay_enter=5000000", StepProcess.executable(4),
      ],
      ["LISTEN_HOST": "calc.invalid", "LISTEN_PORT": "0", "WARMUP_SECONDS": "0.001"])
    // Lines are written after some 10 ms: the warm-up is over by then.
    _ = try #require(await process.line(containing: "warming up"))
    process.send(SIGTERM)
    #expect(await process.exitCode() == 0, "\(process.lines)")
    await process.end()
  }
}
