import Testing

@testable import Shared
@testable import TestSupport

/// A server on a port of its own for the time of a test, with what tests need to lead it: a handler
/// that waits until it is let go.
struct TestServer: Sendable {
  let server: Server
  let address: SocketAddress
  let gate: Gate

  func connect() async throws -> Wire { try await Wire.connect(to: address) }

  func connections(_ count: Int) async throws -> [Wire] {
    var wires: [Wire] = []
    for _ in 0..<count { wires.append(try await connect()) }
    return wires
  }

  /// Starts a drain, and returns once it has begun on every loop.
  func beginDrain(within limit: Duration? = nil) async -> Task<DrainReport, Never> {
    let drain = Task { await server.drain(within: limit) }
    while !(await server.isDraining) { await Task.yield() }
    return drain
  }

  /// - Parameters:
  ///   - host: nil for all addresses.
  ///   - routes: besides those that all tests share.
  ///   - lines: gets the lines of the log.
  static func with<Result: Sendable>(
    _ options: ServerOptions = .changed(), host: String? = "127.0.0.1", routes: [Route] = [],
    log lines: Record<String>? = nil, _ body: @Sendable (TestServer) async throws -> Result
  ) async throws -> Result {
    var config = Config()
    config.host = host
    config.port = 0
    let gate = Gate()
    let log = lines.map { lines in
      Log(config) { lines.append(String(decoding: $0, as: UTF8.self)) }
    }
    let server = Server(
      config, options: options, log: log ?? .none, routes: Self.routes(gate) + routes)
    let address = try await server.start()
    let test = TestServer(server: server, address: address, gate: gate)
    do {
      let result = try await body(test)
      gate.open()
      _ = await server.cut()
      return result
    } catch {
      gate.open()
      _ = await server.cut()
      throw error
    }
  }

  private static func routes(_ gate: Gate) -> [Route] {
    [
      .get("/hello") { _, _ in Response(.ok, body: Array("hello".utf8)) },
      .post("/echo") { request, _ in Response(.ok, body: request.body) },
      .get("/wait") { _, _ in
        await gate.pass()
        return Response(.ok, body: Array("waited".utf8))
      },
      .get("/sleep") { _, loop in
        try await loop.sleep(for: .milliseconds(50))
        return Response(.ok, body: Array("slept".utf8))
      },
      .get("/throw") { _, _ in throw WireError.reset },
      .get("/big") { _, _ in Response(.ok, body: [UInt8](repeating: 120, count: 8 << 20)) },
      .get("/endless") { _, _ in
        Response(
          .ok,
          body: .stream { writer in
            while true { try await writer.write([UInt8](repeating: 120, count: 16 << 10)) }
          })
      },
      .get("/stream") { _, _ in
        Response(
          .ok,
          body: .stream { writer in
            try await writer.write(Array("one ".utf8))
            await gate.pass()
            try await writer.write(Array("two".utf8))
          })
      },
    ]
  }
}

extension ServerOptions {
  /// Two loops and a short lame-duck time, and what a test needs to be different.
  static func changed(
    _ poller: PollerKind = .epoll, _ change: (inout ServerOptions) -> Void = { _ in }
  ) -> ServerOptions {
    var options = ServerOptions()
    options.poller = poller
    options.loops = 2
    options.lameDuck = .milliseconds(200)
    change(&options)
    return options
  }
}

/// Something that has happened.
final class Flag: Sendable {
  private let state = Lock(false)
  var isSet: Bool { state.withLock { $0 } }
  func set() { state.withLock { $0 = true } }
}

/// What happened, in its order.
final class Record<Value: Sendable>: Sendable {
  private let state = Lock<[Value]>([])
  var values: [Value] { state.withLock { $0 } }
  func append(_ value: Value) { state.withLock { $0.append(value) } }
}

extension TestServer {
  /// Returns once the server has read what the wire sent: another connection's whole request, sent
  /// later, has been answered on every loop.
  func settled(_: Wire) async throws {
    for wire in try await connections(4) {
      await wire.send("GET /hello HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
      _ = try await wire.readToEnd()
      await wire.close()
    }
  }
}
