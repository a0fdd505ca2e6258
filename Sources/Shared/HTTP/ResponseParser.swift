/// Reads the response to one request from bytes as they arrive (RFC 9112 section 6.3). No I/O and
/// no clock. Interim responses are skipped.
struct ResponseParser: Sendable {
  enum Event: Sendable {
    case needsMore
    /// `keepsAlive`: the server offers to serve another request, and no byte follows the response.
    case response(Response, keepsAlive: Bool)
  }

  /// What the end of the connection means.
  enum Ending: Sendable {
    /// It is the body's end, as announced.
    case response(Response)
    /// The response is not complete.
    case truncated
  }

  /// The bytes are no HTTP/1 response, or pass a limit.
  struct Malformed: Error, Equatable {
    let reason: String
  }

  private enum State {
    case statusLine
    case head
    case body(length: Int)
    case chunked(ChunkedDecoder)
    case untilClose
    case complete
    case failed(Malformed)
  }

  private let isHead: Bool
  private let limits: Limits
  private var buffer = InputBuffer()
  private var state = State.statusLine
  private var version = Version.http11
  private var response = Response(.ok)
  private var section: FieldSection
  private var interims = 0
  private var framing = Framing()

  /// - Parameters:
  ///   - isHead: the request was HEAD: there is no body, whatever the fields announce.
  ///   - limits: a response beyond one is malformed.
  init(isHead: Bool, limits: Limits = Limits()) {
    self.isHead = isHead
    self.limits = limits
    section = FieldSection(limits: limits)
  }

  /// Whether a byte of the response has arrived.
  var hasBegun: Bool {
    if case .statusLine = state { !buffer.isEmpty } else { true }
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    if case .failed = state { return }
    buffer.append(bytes)
  }

  /// The response once it is complete.
  mutating func next() throws(Malformed) -> Event {
    if case .failed(let malformed) = state { throw malformed }
    do throws(RequestError) {
      return try advance()
    } catch {
      let malformed = Malformed(reason: error.reason)
      state = .failed(malformed)
      buffer = InputBuffer()
      throw malformed
    }
  }

  /// The server has ended the connection. To be called after `next`.
  mutating func finish() -> Ending {
    guard case .untilClose = state else { return .truncated }
    state = .complete
    response.body = .bytes(Array(buffer.bytes[buffer.start...]))
    return .response(response)
  }

  private mutating func advance() throws(RequestError) -> Event {
    while true {
      switch state {
      case .statusLine: guard try readStatusLine() else { return .needsMore }
      case .head: guard try readHead() else { return .needsMore }
      case .body(let length):
        guard buffer.count >= length else { return .needsMore }
        let content = Array(buffer.bytes[buffer.start..<(buffer.start + length)])
        buffer.consume(length)
        return complete(content)
      case .chunked(var decoder):
        state = .complete  // so that the decoder's content has one owner while it grows
        let isComplete = try decoder.read(&buffer)
        if isComplete { return complete(decoder.content) }
        state = .chunked(decoder)
        return .needsMore
      case .untilClose:
        guard buffer.count <= limits.body else { throw .malformed("body too large") }
        return .needsMore
      case .complete, .failed: return .needsMore
      }
    }
  }

  private mutating func readStatusLine() throws(RequestError) -> Bool {
    switch buffer.nextLine(limit: limits.requestLine) {
    case .incomplete: return false
    case .tooLong: throw .malformed("status line too long")
    case .broken: throw .malformed("bare CR or LF")
    case .found(let range):
      try buffer.bytes.withUnsafeBufferPointer { (bytes) throws(RequestError) in
        (version, response.status) = try ResponseParser.statusLine(
          UnsafeBufferPointer(rebasing: bytes[range]))
      }
      framing = Framing()
      state = .head
      return true
    }
  }

  /// `HTTP/1.1 200 OK`; the phrase may be missing, and then the space before it, too.
  private static func statusLine(_ line: UnsafeBufferPointer<UInt8>) throws(RequestError) -> (
    Version, Status
  ) {
    guard line.count >= 12, line[8] == Grammar.space, line.count == 12 || line[12] == Grammar.space,
      let version = Version(UnsafeBufferPointer(rebasing: line[..<8])), version.major == 1,
      let code = Grammar.decimal(UnsafeBufferPointer(rebasing: line[9..<12])), code >= 100,
      Grammar.isFieldValue(line)
    else { throw .malformed("invalid status line") }
    return (version, Status(Int(code)))
  }

  private mutating func readHead() throws(RequestError) -> Bool {
    // A copy, so that the closure may change it while the section changes.
    var framing = framing
    let isComplete = try section.read(&buffer) { (field) throws(RequestError) in
      switch field.name.count {
      case 14 where Grammar.isEqual(field.name, "content-length"):
        try framing.addContentLength(field.value)
      case 17 where Grammar.isEqual(field.name, "transfer-encoding"):
        try framing.addTransferEncoding(field.value)
      default: break
      }
    }
    self.framing = framing
    guard isComplete else { return false }
    if response.status.code < 200 {
      // No request of this client asks for another protocol.
      guard response.status.code != 101 else { throw .malformed("101 without Upgrade") }
      interims += 1
      guard interims <= Limits.interims else { throw .malformed("too many interim responses") }
      _ = section.take()
      state = .statusLine
      return true
    }
    state = try bodyState()
    response.fields = section.take()
    return true
  }

  private mutating func bodyState() throws(RequestError) -> State {
    if isHead || response.status.isBodiless { return .body(length: 0) }
    try framing.close(version: version)
    switch framing.coding {
    case .unknown: throw .malformed("unknown transfer coding")
    case .chunked: return .chunked(ChunkedDecoder(limits: limits, section: section))
    case .none: break
    }
    guard let length = framing.contentLength else { return .untilClose }
    guard length <= UInt64(limits.body) else { throw .malformed("body too large") }
    return .body(length: Int(length))
  }

  private mutating func complete(_ content: [UInt8]) -> Event {
    state = .complete
    response.body = .bytes(content)
    let keepsAlive =
      KeepAlive.isOffered(version: version, fields: response.fields) && buffer.isEmpty
    return .response(response, keepsAlive: keepsAlive)
  }
}
