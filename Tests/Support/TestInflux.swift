@testable import Shared

/// Takes writes as InfluxDB does, or as a test says.
final class TestInflux: Sendable {
  private struct State {
    var writes = 0
    var lines: [String] = []
    var requests: [String] = []
  }

  private static let loop = EventLoop()

  private let state = Lock(State())
  private let answer: @Sendable (Int) async -> Response

  /// Stores once the gate lets it.
  static func storing(after gate: Gate) -> @Sendable (Int) async -> Response {
    { _ in
      await gate.pass()
      return Response(.noContent)
    }
  }

  private init(_ answer: @escaping @Sendable (Int) async -> Response) { self.answer = answer }

  /// Calls `body` with a server that answers each write, by its number from 1 on, as `answer` says.
  static func with<Result: Sendable>(
    port: UInt16 = 0,
    _ answer: @escaping @Sendable (Int) async -> Response = { _ in Response(.noContent) },
    _ body: @Sendable (TestInflux, Influx) async throws -> Result
  ) async throws -> Result {
    let test = TestInflux(answer)
    var config = Config()
    config.host = "127.0.0.1"
    config.port = port
    let server = Server(config, log: .none, on: loop) { request, _ in await test.take(request) }
    let address = try await server.start()
    guard let influx = Influx(base: "http://\(address)", database: "calc") else {
      throw WireError.refused
    }
    do {
      let result = try await body(test, influx)
      _ = await server.cut()
      return result
    } catch {
      _ = await server.cut()
      throw error
    }
  }

  private func take(_ request: Request) async -> Response {
    let number = state.withLock { state in
      state.requests.append(
        "\(request.method.name) \(request.target) \(String(decoding: request.body, as: UTF8.self))")
      state.writes += 1
      return state.writes
    }
    let response = await answer(number)
    if response.status == .noContent {
      let lines = String(decoding: request.body, as: UTF8.self).split(separator: "\n").map(
        String.init)
      state.withLock { $0.lines += lines }
    }
    return response
  }

  var writes: Int { state.withLock { $0.writes } }

  /// Of the writes that were answered with 204, in their order.
  var lines: [String] { state.withLock { $0.lines } }

  var ids: [String] { lines.compactMap { $0.firstMatch(of: /id="([^"]*)"/).map { String($0.1) } } }

  /// Method, target and body.
  var requests: [String] { state.withLock { $0.requests } }
}
