/// A client of the HTTP API that InfluxDB 1.6 and 1.8 share: write, query, ping. Each call is one
/// attempt with a deadline; retries are the caller's. Belongs to a loop.
package final class InfluxClient {
  /// How long one attempt may take by default, the look-up of the name included.
  package static let timeout = Duration.seconds(10)

  private let influx: Influx
  private let timeout: Duration
  private let client: Client
  private let resolver: Resolver

  /// - Parameters:
  ///   - timeout: how long one attempt may take.
  ///   - maxAnswer: bytes of an answer, at most; a query of many values needs more than the
  ///     default.
  package init(
    _ influx: Influx, timeout: Duration = InfluxClient.timeout, maxAnswer: Int = Limits().body
  ) {
    self.influx = influx
    self.timeout = timeout
    var options = Client.Options()
    options.requestTimeout = timeout
    options.connectTimeout = timeout
    options.limits.body = maxAnswer
    client = Client(options)
    resolver = Resolver(host: influx.host, port: influx.port)
  }

  /// Writes points, in line protocol with timestamps in nanoseconds. Returns when they are stored,
  /// which only status 204 means.
  package func write(_ lines: [UInt8], on loop: isolated EventLoop) async throws(InfluxError) {
    let target = "\(influx.prefix)/write?db=\(influx.database.percentEncoded)&precision=ns"
    let response = try await send(Request(.post, target, body: lines), on: loop)
    guard response.status == .noContent else { throw InfluxError(response) }
  }

  /// Executes an InfluxQL statement; it may also create or delete.
  /// - Returns: the answer in JSON (`InfluxAnswer`), with timestamps in nanoseconds.
  package func query(_ statement: String, on loop: isolated EventLoop) async throws(InfluxError)
    -> [UInt8]
  {
    let target = "\(influx.prefix)/query?db=\(influx.database.percentEncoded)&epoch=ns"
    let form: Fields = ["Content-Type": "application/x-www-form-urlencoded"]
    let response = try await send(
      Request(.post, target, fields: form, body: Array("q=\(statement.percentEncoded)".utf8)),
      on: loop)
    guard response.status == .ok else { throw InfluxError(response) }
    // A statement that fails is answered with 200, too (InfluxDB 1.x, "Query HTTP endpoint").
    if let message = InfluxAnswer(response.bytes).error {
      throw .rejected(response.status, message: message)
    }
    return response.bytes
  }

  /// Returns when InfluxDB answers.
  package func ping(on loop: isolated EventLoop) async throws(InfluxError) {
    let response = try await send(Request(.get, "\(influx.prefix)/ping"), on: loop)
    guard response.status == .noContent || response.status == .ok else {
      throw InfluxError(response)
    }
  }

  /// Closes the idle connections.
  package func close(on loop: isolated EventLoop) { client.close(on: loop) }

  /// Tries the addresses of the host in turn until one accepts the connection, all within the time
  /// of one attempt.
  private func send(_ request: Request, on loop: isolated EventLoop) async throws(InfluxError)
    -> Response
  {
    let deadline = MonotonicTime.now + timeout
    var request = request
    request.fields.append("Host", influx.authority)
    var failure = InfluxError.unresolved(host: influx.host)
    for address in await resolver.resolve(before: deadline, on: loop) {
      do {
        return try await client.send(request, to: address, before: deadline, on: loop)
      } catch {
        failure = .noAnswer(error)
        guard error == .refused || error == .unreachable else { break }
      }
    }
    resolver.forget()
    throw failure
  }
}

extension InfluxError {
  /// Maps a response with another status than success to an error.
  init(_ response: Response) {
    let message = InfluxAnswer(response.bytes).error ?? ""
    if response.status == .tooManyRequests || response.status.code >= 500 {
      // Seconds: InfluxDB does not send the form with a date (RFC 9110 section 10.2.3).
      let seconds = response.fields.first("Retry-After").flatMap { UInt16($0) }
      self = .unavailable(
        response.status, message: message, retryAfter: seconds.map { .seconds(Int64($0)) })
    } else {
      self = .rejected(response.status, message: message)
    }
  }
}

extension String {
  /// For a query or a form: all but the unreserved characters of RFC 3986 section 2.3 as `%XX`.
  package var percentEncoded: String {
    let unreserved = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".utf8
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in utf8 {
      if unreserved.contains(byte) {
        bytes.append(byte)
      } else {
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
