/// A client of the HTTP API that InfluxDB 1.6 and 1.8 share: write, query, ping. Each call is one
/// attempt with a deadline; retries are the caller's. Belongs to a loop.
package final class InfluxClient {
  /// How long one attempt may take by default, the look-up of the name included.
  package static let timeout = Duration.seconds(10)
  /// How long one may take when the process stops: a deadline has to leave time for more than one.
  static let hurriedTimeout = Duration.seconds(3)

  private let influx: Influx
  private var timeout: Duration
  /// The last attempt failed: pooled connections may be dead, too.
  private var needsFreshConnection = false
  private let client: Client
  private let resolver: Resolver

  /// - Parameters:
  ///   - timeout: how long one attempt may take.
  ///   - maxAnswer: bytes of an answer, at most; a query of many values needs more than the
  ///     default.
  package convenience init(
    _ influx: Influx, timeout: Duration = InfluxClient.timeout, maxAnswer: Int = Limits().body
  ) {
    self.init(
      influx, timeout: timeout, maxAnswer: maxAnswer,
      resolver: Resolver(host: influx.host, port: influx.port))
  }

  /// - Parameter resolver: of the host; other than the system's for tests only.
  init(_ influx: Influx, timeout: Duration, maxAnswer: Int = Limits().body, resolver: Resolver) {
    self.influx = influx
    self.timeout = timeout
    var options = Client.Options()
    options.requestTimeout = timeout
    options.connectTimeout = timeout
    options.limits.body = maxAnswer
    client = Client(options)
    self.resolver = resolver
  }

  /// Writes points, in line protocol with timestamps in nanoseconds. Returns when they are stored,
  /// which only status 204 means.
  package func write(_ lines: [UInt8], on loop: isolated EventLoop) async throws(InfluxError) {
    let target = "\(influx.prefix)/write?db=\(influx.database.percentEncoded)&precision=ns"
    let response = try await send(Request(.post, target, body: lines), on: loop)
    guard response.status == .noContent else { throw error(response) }
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
    guard response.status == .ok else { throw error(response) }
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
      throw error(response)
    }
  }

  /// From now on an attempt takes at most `hurriedTimeout`, those that are under way included. A
  /// look-up of the name that has begun keeps its own time before that: the next attempt would wait
  /// for it, too.
  func hurry(on loop: isolated EventLoop) {
    timeout = min(timeout, Self.hurriedTimeout)
    client.hurry(before: .now + timeout, on: loop)
  }

  /// How many attempts wait for an answer.
  var attempts: Int { client.activeCount }

  /// Closes the idle connections.
  package func close(on loop: isolated EventLoop) { client.close(on: loop) }

  /// Makes one attempt, over a new connection if the last one failed: a server that hangs or is
  /// gone leaves a pool of dead connections.
  private func send(_ request: Request, on loop: isolated EventLoop) async throws(InfluxError)
    -> Response
  {
    let resolvedBy = MonotonicTime.now + timeout
    var request = request
    request.fields.append("Host", influx.authority)
    let addresses = await resolver.resolve(before: resolvedBy, on: loop)
    if addresses.isEmpty {
      resolver.forget()
      throw .unresolved(host: influx.host)
    }
    // `hurry` may have come meanwhile.
    let deadline = min(resolvedBy, .now + timeout)
    do throws(ClientError) {
      let (response, address) = try await client.send(
        request, toAnyOf: addresses, fresh: needsFreshConnection, before: deadline, on: loop)
      needsFreshConnection = false
      resolver.prefer(address)
      return response
    } catch {
      needsFreshConnection = true
      for address in addresses { client.dropIdle(to: address, on: loop) }
      resolver.forget()
      throw .noAnswer(error)
    }
  }

  private func error(_ response: Response) -> InfluxError {
    InfluxError(response, database: influx.database)
  }
}

extension InfluxError {
  /// Maps a response with another status than success to an error.
  init(_ response: Response, database: String) {
    let message = InfluxAnswer(response.bytes).error
    switch response.status.code {
    case 404 where message?.hasPrefix("database not found") == true: self = .noDatabase(database)
    // InfluxDB's own 404 has a message; another one is a page of a proxy.
    case 404 where message == nil, 408, 425, 429, 500...:
      self = .unavailable(
        response.status, message: message ?? "", retryAfter: Self.retryAfter(response))
    default: self = .rejected(response.status, message: message ?? "")
    }
  }

  /// Seconds, at most a day: InfluxDB does not send the form with a date (RFC 9110 section 10.2.3).
  private static func retryAfter(_ response: Response) -> Duration? {
    guard var text = response.fields.first("Retry-After"),
      let seconds = text.withUTF8({ Grammar.decimal($0) }), seconds <= 86_400
    else { return nil }
    return .seconds(Int64(seconds))
  }
}

extension String {
  /// For a query or a form: all but the unreserved characters of RFC 3986 section 2.3 as `%XX`.
  package var percentEncoded: String {
    let unreserved = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".utf8
    var bytes: [UInt8] = []
    for byte in utf8 {
      if unreserved.contains(byte) {
        bytes.append(byte)
      } else {
        bytes.append(percentEncoded: byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
