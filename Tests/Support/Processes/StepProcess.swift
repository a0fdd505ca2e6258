import Libc
import Shared
import Testing

@testable import Comparison
@testable import Rehearsal

/// A step's built executable, run as a process of its own that, as in a pod, starts with SIGTERM
/// ignored.
final class StepProcess: Sendable {
  private struct State {
    var lines: [String] = []
    var rest: [UInt8] = []
    var hasEnded = false
    var exitCode: Int32?
    var waiters:
      [(isDone: @Sendable (State) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
  }

  /// Where the processes' output and ends are waited for.
  private static let loop = EventLoop()
  /// Executables lie beside the test bundle, which was built with them.
  private static let folder =
    "/" + CommandLine.arguments[0].split(separator: "/").dropLast().joined(separator: "/")

  static func executable(_ step: Int) -> String { "\(folder)/CalcV\(step)" }

  private let group: PodGroup
  private let process: PodProcess
  private let state = Lock(State())

  /// - Parameters:
  ///   - descriptors: how many it may have open; nil leaves the limit as it is.
  ///   - mayRaise: only its soft limit is that low.
  convenience init(
    _ step: Int, _ arguments: [String] = [], _ environment: [String: String] = [:],
    descriptors: Int? = nil, mayRaise: Bool = false
  ) async throws {
    // No server listens at INFLUXDB_BASE_URL's port 1: that takes privileges.
    let all = [
      "LISTEN_HOST": "127.0.0.1", "LISTEN_PORT": "0", "INFLUXDB_BASE_URL": "http://127.0.0.1:1",
    ].merging(environment) { $1 }
    let executable = Self.executable(step)
    if let descriptors {
      let limited = [
        "-c", "ulimit \(mayRaise ? "-S" : "") -n \(descriptors) && exec \"$0\" \"$@\"", executable,
      ]
      try await self.init(program: "/bin/sh", limited + arguments, all)
    } else {
      try await self.init(program: executable, arguments, all)
    }
  }

  /// Any program, as a step's.
  init(program: String, _ arguments: [String], _ environment: [String: String] = [:]) async throws {
    group = try PodGroup(harness: "\(Self.folder)/Rehearsal")
    process = try group.start(
      program, arguments, environment: environment.map { "\($0.key)=\($0.value)" })
    await Self.loop.perform { [self] loop in
      DescriptorReader.open(process.output, on: loop) { bytes, _ in
        self.received(bytes.map { Array($0) })
      }
      DescriptorReader.open(group.descriptor, on: loop) { _, _ in
        for exit in self.group.takeExits() { self.change { $0.exitCode = exit.code } }
      }
    }
  }

  private func received(_ bytes: [UInt8]?) {
    if bytes == nil { close(process.output) }
    change { state in
      guard let bytes else {
        state.hasEnded = true
        return
      }
      state.rest += bytes
      while let end = state.rest.firstIndex(of: UInt8(ascii: "\n")) {
        state.lines.append(String(decoding: state.rest[..<end], as: UTF8.self))
        state.rest.removeSubrange(...end)
      }
    }
  }

  private func change(_ body: (inout State) -> Void) {
    let ready = state.withLock { state in
      body(&state)
      let now = state
      state.waiters.removeAll { $0.isDone(now) }
      return now.waiters.filter { $0.isDone(now) }.map(\.continuation)
    }
    for continuation in ready { continuation.resume() }
  }

  private func wait(_ isDone: @escaping @Sendable (State) -> Bool) async {
    await withCheckedContinuation { continuation in
      let isReady = state.withLock { state in
        if isDone(state) { return true }
        state.waiters.append((isDone, continuation))
        return false
      }
      if isReady { continuation.resume() }
    }
  }

  var lines: [String] { state.withLock(\.lines) }

  /// Processor time that it has used, in clock ticks (proc_pid_stat(5), fields 14 and 15).
  func ticks() throws -> Int {
    let stat = try Repository.text(ofFile: "/proc/\(process.pid)/stat")
    let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ").map(
      String.init)
    return try #require(Int(fields[12])) + #require(Int(fields[13]))
  }

  /// The most memory that it has had, in bytes (proc_pid_status(5), VmHWM).
  func peakMemory() throws -> Int {
    let status = try Repository.text(ofFile: "/proc/\(process.pid)/status")
    let line = try #require(status.firstMatch(of: /VmHWM:\s+(\d+) kB/))
    return try #require(Int(line.1)) * 1024
  }

  /// How many descriptors it has open.
  func descriptors() throws -> Int {
    let folder = try #require(opendir("/proc/\(process.pid)/fd"))
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    return count - 2  // . and ..
  }

  /// What a link in its folder of `/proc` leads to, such as `exe` or `fd/0`; nil without one.
  func target(of link: String) -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process.pid)/\(link)")
  }

  var isRunning: Bool { state.withLock { $0.exitCode == nil } }

  /// Returns once the process wrote such a line, or ended without.
  func line(containing text: String) async -> String? {
    await wait { $0.hasEnded || $0.lines.contains { $0.contains(text) } }
    return lines.first { $0.contains(text) }
  }

  /// Where it listens.
  func address() async -> SocketAddress? {
    guard let line = await line(containing: "msg=listening"),
      let match = line.firstMatch(of: /address=127\.0\.0\.1:(\d+)/)
    else {
      return nil
    }
    return UInt16(match.1).flatMap { SocketAddress(host: "127.0.0.1", port: $0) }
  }

  func send(_ signal: Int32) { process.send(signal) }

  /// The exit code, or 128 + the signal that ended it, once all its output was read.
  func exitCode() async -> Int32 {
    await wait { $0.hasEnded && $0.exitCode != nil }
    return state.withLock { $0.exitCode ?? -1 }
  }

  /// Ends it, whatever it does.
  func end() async {
    send(SIGKILL)
    _ = await exitCode()
    _ = group.end()
  }
}

/// Requests from a loop of their own.
struct StepClient: Sendable {
  private static let loop = EventLoop()
  private let client: LoopBound<Client>
  let address: SocketAddress

  init(_ address: SocketAddress) async {
    self.address = address
    client = await Self.loop.perform { LoopBound(Client(), on: $0) }
  }

  func send(_ request: Request) async -> Result<Response, ClientError> {
    await client.with { [address] client, loop in
      do throws(ClientError) {
        return .success(try await client.send(request, to: address, on: loop))
      } catch {
        return .failure(error)
      }
    }
  }

  func sum() async -> Result<Response, ClientError> {
    await send(Request(.post, "/sum", body: Array(#"{"numbers":[1,2,3,4]}"#.utf8)))
  }

  func health() async -> Result<Response, ClientError> { await send(Request(.get, "/health")) }
}
