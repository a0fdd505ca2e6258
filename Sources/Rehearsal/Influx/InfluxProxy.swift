import Comparison
import Shared

/// The proxy between a row's pods and InfluxDB: forwards requests to the stand-in or to a real one,
/// and injects faults. Belongs to its row's loop.
final class InfluxProxy {
  private enum Server {
    case standIn(InfluxStandIn)
    case real(Influx, Client, [SocketAddress])
  }

  /// Bytes of an answer, at most: all ids of a row.
  private static let maxAnswer = 256 << 20

  /// The database of this row's pods alone.
  let database: String
  private let behind: Server
  private let address: SocketAddress
  private var server: Shared.Server?
  private var fault: InfluxFault?
  private var outage: Task<CommandError?, Never>?

  /// - Parameters:
  ///   - address: where to listen.
  ///   - real: nil for the stand-in.
  /// - Throws: `CommandError` when a real one has no address.
  init(at address: SocketAddress, database: String, real: Influx?) throws(CommandError) {
    self.address = address
    self.database = database
    if let real {
      let addresses = SocketAddress.resolveAll(real.host, port: real.port)
      if addresses.isEmpty {
        throw CommandError(
          .unavailable, "influx=http://\(real.authority): \(real.host) has no address")
      }
      var options = Client.Options()
      options.limits.body = Self.maxAnswer
      behind = .real(real, Client(options), addresses)
    } else {
      behind = .standIn(InfluxStandIn())
    }
  }

  /// For `INFLUXDB_BASE_URL`.
  var url: String { "http://\(address)" }

  /// Listens, and makes the database.
  func open(on loop: isolated EventLoop) async throws(CommandError) {
    try await listen(on: loop)
    try await query("CREATE DATABASE \"\(database)\"", on: loop)
  }

  private func listen(on loop: isolated EventLoop) async throws(CommandError) {
    var config = Config()
    config.host = address.host
    config.port = address.port
    let door = LoopBound(self, on: loop)
    let server = Shared.Server(config, log: .none, on: loop) { request, loop in
      try await door.get(on: loop).answer(request, on: loop)
    }
    do throws(BindError) {
      try await server.start()
    } catch {
      throw CommandError(.osError, "InfluxDB \(error)")
    }
    self.server = server
  }

  /// Drops the database, and listens no more.
  func close(on loop: isolated EventLoop) async {
    outage?.cancel()
    // It may be about to listen again.
    _ = await outage?.value
    if case .real(_, let client, _) = behind {
      _ = try? await query("DROP DATABASE \"\(database)\"", on: loop)
      client.close(on: loop)
    }
    _ = await server?.cut()
    server = nil
  }

  // MARK: Faults

  func begin(_ fault: InfluxFault, on loop: isolated EventLoop) {
    self.fault = fault
    guard case .down(let time) = fault else { return }
    outage = Task {
      _ = await server?.cut()
      server = nil
      try? await loop.sleep(for: time)
      if Task.isCancelled { return nil }
      do throws(CommandError) {
        try await listen(on: loop)
        return nil
      } catch {
        return error
      }
    }
  }

  /// The rollout is over. An outage goes on until its own time is over.
  func endFault() { fault = nil }

  /// Returns when an outage is over.
  /// - Throws: `CommandError` when another process has taken the port: then the pods have no
  ///   InfluxDB, through no fault of theirs.
  func recovered(on loop: isolated EventLoop) async throws(CommandError) {
    if let refusal = await outage?.value { throw refusal }
  }

  // MARK: Requests

  private func answer(_ request: Request, on loop: isolated EventLoop) async throws -> Response {
    guard request.path == "/write" else { return await pass(request, on: loop) }
    switch fault {
    case nil, .down: return await pass(request, on: loop)
    case .unavailable: return .json(.serviceUnavailable, #"{"error":"the rehearsal says so"}"#)
    case .slow(let time):
      let response = await pass(request, on: loop)
      try? await loop.sleep(for: time)
      return response
    case .reset:
      _ = await pass(request, on: loop)
      throw ConnectionReset()
    }
  }

  private func pass(_ request: Request, on loop: isolated EventLoop) async -> Response {
    switch behind {
    case .standIn(let store): return store.answer(request)
    case .real(let influx, let client, let addresses):
      var fields = request.fields
      for name in ["Connection", "Content-Length", "Host", "Transfer-Encoding"] {
        fields.removeAll(name)
      }
      fields.append("Host", influx.authority)
      let passed = Request(
        request.method, influx.prefix + request.target, fields: fields, body: request.body)
      for address in addresses {
        do throws(ClientError) {
          return try await client.send(passed, to: address, on: loop)
        } catch {
          // A name may have addresses without a listener.
          guard error == .refused || error == .unreachable else { break }
        }
      }
      return Response(.badGateway)
    }
  }

  // MARK: What is stored

  /// All operations that are stored, by their ids.
  func operations(on loop: isolated EventLoop) async throws(CommandError) -> StoredOperations {
    try StoredOperations(try await query(#"SELECT "id" FROM "operation""#, on: loop))
  }

  @discardableResult
  private func query(_ statement: String, on loop: isolated EventLoop) async throws(CommandError)
    -> [UInt8]
  {
    let form: Fields = ["Content-Type": "application/x-www-form-urlencoded"]
    let target = "/query?db=\(database)&epoch=ns"
    let response = await pass(
      Request(.post, target, fields: form, body: Array("q=\(statement.percentEncoded)".utf8)),
      on: loop)
    guard response.status == .ok else {
      throw CommandError(
        .unavailable, "InfluxDB does not answer as it should: \(response.status) to \(statement)")
    }
    return response.bytes
  }
}
