import Shared
import Testing

@testable import Comparison
@testable import DrainCheck
@testable import Rehearsal
@testable import TestSupport

/// Checks of servers that were built beside the tests.
enum CheckedService {
  /// Cases that take a second or two, of those that every server has to pass.
  static let quickMusts = Case.all.filter { $0.level == .must && $0.name != "kept-load" }
    .map(\.name)

  static let hasNamespaces = PID1.available(harness: BuiltHarness.path) == .namespace

  /// A check with real processes of one command.
  /// - Parameter words: of the check, without `run=` and `port=`.
  static func check(
    _ command: String, _ words: [String], port: UInt16, only: [String] = [], pid1: PID1? = nil
  ) async throws -> CheckResult {
    let only = only.isEmpty ? [] : ["only=\(only.joined(separator: " "))"]
    let all = ["run=\(command)", "port=\(port)"] + words + only
    let options = try CheckOptions.parse(all, cases: Case.all.map(\.name))
    let pid1 = pid1 ?? PID1.available(harness: BuiltHarness.path)
    let group = try PodGroup(
      harness: BuiltHarness.path, pid1: pid1, mark: CheckedCommand.mark())
    let launcher = try CheckedCommand(options, in: group, pid1)
    let done = Promise<Result<CheckResult, CommandError>>()
    BackgroundThread.start {
      do throws(CommandError) {
        done.fulfil(.success(try Check(options, launcher).run { _ in }))
      } catch {
        done.fulfil(.failure(error))
      }
    }
    let result = await done.wait()
    #expect(group.end())
    return try result.get()
  }

  /// The flawed server; without a flaw, the one without.
  static func check(_ flaw: String, only: [String], grace: String = "5s") async throws
    -> CheckResult
  {
    let port = try freePort()
    return try await check(
      "\(BuiltHarness.folder)/FlawedServer \(port) \(flaw)",
      ["path=/", "body={}", "stream=/stream", "large=/large", "grace=\(grace)"], port: port,
      only: only)
  }

  /// The step of the talk.
  static func check(step: Int, only: [String] = [], grace: String = "30s") async throws
    -> CheckResult
  {
    let port = try freePort()
    return try await check(
      StepProcess.executable(step),
      [
        "env=LISTEN_HOST=127.0.0.1 LISTEN_PORT=\(port) INFLUXDB_BASE_URL=http://127.0.0.1:1",
        "path=/sum", #"body={"numbers":[1,2,3,4]}"#, "ready=/health", "grace=\(grace)",
      ], port: port, only: only)
  }

  /// A port that was free a moment ago, below those that the system gives to connections.
  static func freePort() throws -> UInt16 {
    for _ in 0..<100 {
      let port = UInt16.random(in: 12_000..<20_000)
      guard let address = SocketAddress(host: "127.0.0.1", port: port) else { continue }
      do throws(BindError) {
        try BindCheck.run(address)
        return port
      } catch {}
    }
    throw CommandError(.osError, "no free port")
  }
}

extension CheckResult {
  /// Names of the cases that failed as such.
  func failed(_ level: Level) -> [String] { cases.filter { $0.failed == level }.map(\.name) }

  subscript(name: String) -> Entry? { cases.first { $0.name == name } }
}
