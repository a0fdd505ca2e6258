import Libc
import Testing

@testable import Shared

/// One loop's connections, over socket pairs: what happens between two turns of the loop.
@Suite(.timeLimit(.minutes(1))) struct WorkerTests {
  private func pairs(_ count: Int) throws -> [SocketPair] {
    try (0..<count).map { _ in try SocketPair() }
  }

  /// A worker on a loop of its own, with a route that answers at once.
  private func with(
    _ options: ServerOptions = .changed { $0.leastIdle = .milliseconds(1) },
    tally: WorkerTally = WorkerTally(),
    _ body: @Sendable (LoopBound<Worker>) async throws -> Void
  ) async throws {
    let loop = EventLoop()
    let router = Router([.get("/hello") { _, _ in Response(.ok, body: Array("hello".utf8)) }])
    let worker = Worker(ServerParts(options, router: router, log: .none), tally: tally)
    let bound = LoopBound(worker, of: loop)
    try await body(bound)
    await bound.with { $0.cut(on: $1) }
    await loop.stop()
  }

  /// What has come: nil for the end.
  private func received(_ socket: Socket) -> String? {
    var room = [UInt8](repeating: 0, count: 4096)
    switch room.withUnsafeMutableBytes({ socket.read(into: $0) }) {
    case .bytes(let count): return String(decoding: room[..<count], as: UTF8.self)
    case .wouldBlock: return ""
    case .end, .failed: return nil
    }
  }

  /// Whether the other side has closed, within 5 s: a process that another test starts holds it
  /// open for a moment, until it executes its program.
  private func hasEnded(_ socket: Socket) async -> Bool {
    let deadline = MonotonicTime.now + .seconds(5)
    while MonotonicTime.now < deadline {
      guard let text = received(socket) else { return true }
      if !text.isEmpty { return false }
      try? await Task.sleep(for: .milliseconds(1))
    }
    return false
  }

  private func send(_ text: String, to socket: Socket) {
    _ = Array(text.utf8).withUnsafeBytes { socket.write($0) }
  }

  /// Adopted in this order, and idle.
  private func idle(_ pairs: [SocketPair], on worker: LoopBound<Worker>) async throws {
    for pair in pairs {
      await worker.with { $0.adopt(pair.near, on: $1) }
      // The loop's next turn has a later time: two idle times are told apart by it.
      try await worker.loop.sleep(for: .milliseconds(2))
    }
  }

  @Test func `a connection that has closed since it was found idle makes no room`() async throws {
    let pairs = try pairs(3)
    defer { for pair in pairs { pair.far.close() } }
    try await with { worker in
      try await idle(pairs, on: worker)
      #expect(await worker.with { $0.makeRoom(on: $1) })
      #expect(await hasEnded(pairs[0].far))
      send("GET /hello HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n", to: pairs[1].far)
      shutdown(pairs[1].far.descriptor, Int32(SHUT_WR))
      try await worker.loop.sleep(for: .milliseconds(1))
      #expect(await worker.with { $0.makeRoom(on: $1) })
      #expect(await hasEnded(pairs[2].far), "the next one makes room")
    }
  }

  @Test func `one whose request was there all the time makes no room, but an answer`() async throws
  {
    let pairs = try pairs(1)
    defer { for pair in pairs { pair.far.close() } }
    try await with { worker in
      try await idle(pairs, on: worker)
      let madeRoom = await worker.with { worker, loop in
        send("GET /hello HTTP/1.1\r\nHost: test\r\n\r\n", to: pairs[0].far)
        return worker.makeRoom(on: loop)
      }
      #expect(!madeRoom)
      #expect(received(pairs[0].far)?.hasSuffix("hello") == true)
      #expect(received(pairs[0].far) == "")
    }
  }

  @Test func `a connection that is dealt after all were cut is cut, too`() async throws {
    let pairs = try pairs(1)
    defer { for pair in pairs { pair.far.close() } }
    try await with { worker in
      await worker.with { worker, loop in
        worker.cut(on: loop)
        worker.adopt(pairs[0].near, on: loop)
      }
      #expect(await hasEnded(pairs[0].far))
      #expect(await worker.with { await $0.drained(on: $1) }.connections == 1)
    }
  }

  @Test func `a handler hears of the drain when its own loop counts what it finishes`() async {
    let parts = ServerParts(.changed(), router: Router([]), log: .none)
    let (one, other) = (EventLoop(), EventLoop())
    let drained = LoopBound(Worker(parts, tally: WorkerTally()), of: one)
    let served = LoopBound(Worker(parts, tally: WorkerTally()), of: other)
    await drained.with { $0.drain(on: $1) }
    #expect(await drained.with { worker, _ in worker.notice.hasBegun })
    #expect(await served.with { worker, _ in worker.notice.hasBegun == worker.isDraining })
    await one.stop()
    await other.stop()
  }

  @Test func `what was cut is told without being asked for`() async throws {
    let pairs = try pairs(1)
    defer { for pair in pairs { pair.far.close() } }
    let tally = WorkerTally()
    try await with(tally: tally) { worker in
      await worker.with { worker, loop in
        worker.adopt(pairs[0].near, on: loop)
        worker.cut(on: loop)
      }
      #expect(tally.reportOrRest.connections == 1)
    }
  }

  @Test
  func `a request that is there when the idle time ends is answered, and the next one may come`()
    async throws
  {
    let pair = try #require(try pairs(1).first)
    defer { pair.far.close() }
    try await with(.changed { $0.idleTimeout = .zero }) { worker in
      let answers = await worker.with { worker, loop in
        let connection = Connection(pair.near, worker: worker)
        connection.open(on: loop)
        send("GET /hello HTTP/1.1\r\nHost: test\r\n\r\n", to: pair.far)
        connection.due(on: loop)
        let answers = [received(pair.far), received(pair.far)]
        _ = connection.cut(on: loop)
        return answers
      }
      #expect(answers[0]?.hasSuffix("hello") == true)
      #expect(answers[1] == "", "the connection stays open")
    }
  }

  @Test func `the last reads of a request take no more than that request`() async throws {
    let pair = try #require(try pairs(1).first)
    defer { pair.far.close() }
    let large = "GET /hello HTTP/1.1\r\nHost: test\r\nPad: \(String(repeating: "x", count: 16_000))"
    try await with(.changed { $0.requestTimeout = .zero }) { worker in
      let rest = await worker.with { worker, loop in
        let connection = Connection(pair.near, worker: worker)
        connection.open(on: loop)
        send("GET /hello HTTP/1.1\r\n", to: pair.far)
        connection.ready(.read, on: loop)
        send("Host: test\r\n\r\n" + String(repeating: large + "\r\n\r\n", count: 8), to: pair.far)
        connection.due(on: loop)
        let rest = received(pair.near)
        _ = connection.cut(on: loop)
        return rest
      }
      #expect(rest?.isEmpty == false)
      #expect(received(pair.far)?.hasPrefix("HTTP/1.1 200") == true)
    }
  }

  @Test func `a connection that has given its room back since it was asked for it stays open`()
    async throws
  {
    let pair = try #require(try pairs(1).first)
    defer { pair.far.close() }
    try await with { worker in
      let (held, connection) = await worker.with { worker, loop in
        let connection = Connection(pair.near, worker: worker)
        connection.open(on: loop)
        send("GET /hello HTTP/1.1\r\nHost: test\r\nContent-Length: 10000\r\n\r\n", to: pair.far)
        connection.ready(.read, on: loop)
        let held = worker.budget.taken
        // It is asked in the loop's next turn.
        worker.budget.relieve(at: loop.now + .seconds(2))
        send(String(repeating: "b", count: 10_000), to: pair.far)
        connection.ready(.read, on: loop)
        return (held, LoopBound(connection, on: loop))
      }
      #expect(held >= 10_000)
      #expect(received(pair.far)?.hasSuffix("hello") == true)
      send("GET /hello HTTP/1.1\r\nHost: test\r\n\r\n", to: pair.far)
      await connection.with { $0.ready(.read, on: $1) }
      #expect(received(pair.far)?.hasSuffix("hello") == true)
      _ = await connection.with { $0.cut(on: $1) }
    }
  }
}
