import Testing

@testable import Comparison
@testable import Rehearsal
@testable import Shared
@testable import TestSupport

/// What a pod may hold at most fits into the memory that its manifest allows: the limits of the
/// server and of the operation log, multiplied.
@Suite struct MemoryBudgetTests {
  private static let mebibyte = 1 << 20
  /// The process as it starts, with the stacks and buffers of its loops (`make bench`: 8 MiB).
  private static let process = 10 * mebibyte
  /// A connection with a request in flight: its state and its task, as measured with requests of
  /// 150 bytes, and what it may hold of input, request and output without asking.
  private static let connection = 4_600 + 3 * Limits.free
  /// A request's body is copied once, from its buffer, on each loop at a time.
  private static let loops = 8
  /// A task of the task log with its operation: 2 KiB as measured with 50,000 of them
  /// (`TaskLog.Options.maxTasks`), and the longest id.
  private static let task = 2 * 1024 + RequestID.maxLength
  /// An operation of the batch log, and the same in line protocol while it is written.
  private static let operation = 512

  /// Bytes that the limits of a step allow.
  private func most(_ step: Int) -> Int {
    let options = ServerOptions()
    let server =
      options.maxConnections * Self.connection + options.bufferBudget
      + Self.loops * options.limits.body
    let operations =
      switch step {
      case 6: TaskLog.Options().maxTasks * Self.task + 2 * UndeliveredOperations.capacity
      case 7: BatchLog.Options().capacity * Self.operation + 2 * UndeliveredOperations.capacity
      default: 0
      }
    return Self.process + server + 2 * Log.capacity + operations
  }

  /// `256Mi` of the container's limits.
  private func limit(_ path: String) throws -> Int {
    let lines = try Repository.lines("k8s/\(path)")
    let limits = try #require(lines.firstIndex { $0.hasSuffix(" limits:") })
    let match = try #require(lines[limits + 1].firstMatch(of: /memory: (\d+)Mi$/))
    return try #require(Int(match.1)) * Self.mebibyte
  }

  @Test(arguments: Row.all)
  func `all limits together fit into the pod's memory`(row: Row) throws {
    let most = most(row.step)
    let limit = try limit(row.manifest)
    #expect(
      most <= limit,
      "\(most / Self.mebibyte) MiB of \(limit / Self.mebibyte) MiB may be held in step \(row.step)")
  }

  @Test func `an empty buffer that is kept takes no room`() {
    #expect(OutputBuffer.kept <= Limits.free)
  }

  @Test func `whole requests fit into the budget, many at a time`() {
    let options = ServerOptions()
    #expect(options.bufferBudget >= 16 * options.limits.body)
  }

  @Test func `what a log cannot store finds room on its way to standard error`() throws {
    let id = String(repeating: "a", count: RequestID.maxLength)
    let operation = Operation(id: id, name: "sum", numbers: 4, result: 10)
    var line: [UInt8] = []
    try operation.point(pod: "calc-7d9c5b6f48-x2v8q", at: .max).append(to: &line)
    for operations in [TaskLog.Options().maxTasks, BatchLog.Options().capacity] {
      #expect(operations * line.count <= UndeliveredOperations.capacity)
    }
  }
}
