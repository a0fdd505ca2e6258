import Testing

@testable import Shared
@testable import TestSupport

@Suite(.timeLimit(.minutes(4))) struct OperationWriterTests {
  private static let loop = EventLoop()

  private func write(_ count: Int, with writer: LoopBound<OperationWriter>) async -> Int {
    await withTaskGroup(of: Bool.self) { group in
      for number in 0..<count {
        group.addTask {
          await writer.with { writer, loop in
            let operation = Operation(id: "r\(number)", name: "sum", numbers: 2, result: 3)
            return
              (try? await writer.write(
                [TimedOperation(operation: operation, timestamp: Int64(number))], on: loop)) != nil
          }
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
  }

  @Test func `after a failure all writes wait, and none is tried meanwhile`() async throws {
    let answer: @Sendable (Int) async -> Response = {
      $0 == 1 ? Response(.serviceUnavailable, fields: ["Retry-After": "60"]) : Response(.noContent)
    }
    try await TestInflux.with(answer) { (test, influx) async throws in
      let writer = LoopBound(OperationWriter(influx, pod: "pod", log: .none), of: Self.loop)
      #expect(await write(1, with: writer) == 0)
      let others = Task { await write(100, with: writer) }
      // Each of them has had its turn on the loop, and waits.
      while await writer.with({ writer, _ in writer.waiting }) < 100 { await Task.yield() }
      #expect(test.writes == 1)
      await writer.with { $0.hurry(before: .now + .seconds(10), on: $1) }
      #expect(await others.value == 100)
      #expect(test.writes == 101)
    }
  }

  @Test func `a success that is older than the failure does not end the pause`() async throws {
    let gate = Gate()
    let answer: @Sendable (Int) async -> Response = {
      if $0 == 1 { await gate.pass() }
      return $0 == 2
        ? Response(.serviceUnavailable, fields: ["Retry-After": "60"]) : Response(.noContent)
    }
    try await TestInflux.with(answer) { (test, influx) async throws in
      let writer = LoopBound(OperationWriter(influx, pod: "pod", log: .none), of: Self.loop)
      let older = Task { await write(1, with: writer) }
      await gate.arrivals(1)
      #expect(await write(1, with: writer) == 0)
      let next = Task { await write(1, with: writer) }
      while await writer.with({ writer, _ in writer.waiting }) < 1 { await Task.yield() }
      gate.open()
      #expect(await older.value == 1)
      #expect(await writer.with { writer, _ in writer.waiting } == 1)
      #expect(test.writes == 2)
      await writer.with { $0.hurry(before: .now + .seconds(10), on: $1) }
      #expect(await next.value == 1)
    }
  }

  /// Two attempts at a time get `503`, one after the other.
  @Test(arguments: [("30", "60"), ("60", "30")])
  func `of two Retry-After the later end counts, whichever came first`(
    first: String, second: String
  ) async throws {
    let gate = Gate()
    let answer: @Sendable (Int) async -> Response = { number in
      if number == 1 { await gate.pass() }
      let after = number == 1 ? second : first
      return Response(.serviceUnavailable, fields: ["Retry-After": after])
    }
    try await TestInflux.with(answer) { (_, influx) async throws in
      let writer = LoopBound(OperationWriter(influx, pod: "pod", log: .none), of: Self.loop)
      let slow = Task { await write(1, with: writer) }
      await gate.arrivals(1)
      #expect(await write(1, with: writer) == 0)
      gate.open()
      #expect(await slow.value == 0)
      let end = try #require(await writer.with { writer, _ in writer.pauseEnd })
      #expect(end > .now + .seconds(45))
    }
  }
}
