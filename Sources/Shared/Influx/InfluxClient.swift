/// What InfluxDB 1.6 and 1.8 share of their HTTP API: write, query, ping. Belongs to a loop. Every
/// call is one attempt with a deadline; who repeats it is the caller.
public final class InfluxClient {
  /// How long one attempt may take, the look-up of the name included.
  public static let timeout = Duration.seconds(10)

  private let influx: Influx
  private let timeout: Duration
  private let client: Client
  private let resolver: Resolver

  /// - Parameters:
  ///   - timeout: how long one attempt may take.
  ///   - maxAnswer: bytes of an answer. Writes and statements are answered in a few; who selects
  ///     many values needs more.
  public init(
    _ influx: Influx, timeout: Duration = InfluxClient.timeout, maxAnswer: Int = Limits.defaultBody
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

  /// Writes points, in line protocol with timestamps in nanoseconds. Returns when they are stored:
  /// 204 and nothing else says so.
  public func write(_ lines: [UInt8], on loop: isolated EventLoop) async throws(InfluxError) {
    let target = "\(influx.prefix)/write?db=\(influx.database.percentEncoded)&precision=ns"
    let response = try await send(Request(.post, target, body: lines), on: loop)
    guard response.status == .noContent else { throw InfluxError(response) }
  }

  /// Asks in InfluxQL, which may also create or delete.
  /// - Returns: the JSON of the answer, timestamps in nanoseconds.
  public func query(_ statement: String, on loop: isolated EventLoop) async throws(InfluxError)
    -> [UInt8]
  {
    let target = "\(influx.prefix)/query?db=\(influx.database.percentEncoded)&epoch=ns"
    let form: Fields = ["Content-Type": "application/x-www-form-urlencoded"]
    let response = try await send(
      Request(.post, target, fields: form, body: Array("q=\(statement.percentEncoded)".utf8)),
      on: loop)
    guard response.status == .ok else { throw InfluxError(response) }
    // A statement that fails is answered with 200 (InfluxDB 1.x, "Query endpoint").
    if let message = InfluxAnswer.error(in: response.bytes) {
      throw .rejected(response.status, message: message)
    }
    return response.bytes
  }

  /// Whether it is there.
  public func ping(on loop: isolated EventLoop) async throws(InfluxError) {
    let response = try await send(Request(.get, "\(influx.prefix)/ping"), on: loop)
    guard response.status == .noContent || response.status == .ok else {
      throw InfluxError(response)
    }
  }

  /// Closes the idle connections.
  public func close(on loop: isolated EventLoop) { client.close(on: loop) }

  /// Tries the addresses of the host in turn, until one takes the connection; all of it within the
  /// time of one attempt.
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
  /// A response that is none of those that say yes.
  init(_ response: Response) {
    let message = InfluxAnswer.error(in: response.bytes) ?? ""
    if response.status == .tooManyRequests || response.status.code >= 500 {
      // Seconds; a date (RFC 9110 section 10.2.3) is not what InfluxDB sends.
      let seconds = response.fields.first("Retry-After").flatMap { UInt16($0) }
      self = .unavailable(
        response.status, message: message, retryAfter: seconds.map { .seconds(Int64($0)) })
    } else {
      self = .rejected(response.status, message: message)
    }
  }
}

extension String {
  /// For a query or a form: everything but the unreserved characters of RFC 3986 section 2.3 as
  /// `%XX`.
  public var percentEncoded: String {
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
