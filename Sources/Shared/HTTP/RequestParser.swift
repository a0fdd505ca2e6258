/// Reads requests from bytes as they arrive, to the letter of RFC 9112. No I/O and no clock; however the bytes are split, the requests are
/// the same. Pipelined requests come out one by one, in their order.
public struct RequestParser: Sendable {
  public enum Event: Sendable {
    /// No further request is complete.
    case needsMore
    /// The client waits for `100 Continue` before it sends the body. Said once, and not when the body is on its way already.
    case continueExpected
    case request(Request)
  }

  private enum Stage {
    case requestLine
    case head
    case body(length: Int)
    case chunked(ChunkedDecoder)
    case failed(RequestError)
  }

  private let limits: Limits
  private var buffer = InputBuffer()
  private var stage = Stage.requestLine
  /// Of the request that is being read.
  private var head: RequestHead?
  private var emptyLines = 0
  private var mayExpectContinue = false

  public init(limits: Limits = Limits()) { self.limits = limits }

  /// Takes bytes as they were received; after an error they are dropped.
  public mutating func append(_ bytes: UnsafeRawBufferPointer) {
    if case .failed = stage { return }
    buffer.append(bytes)
  }

  /// Bytes that are held: not parsed yet, or part of a body that is not complete.
  public var buffered: Int {
    if case .chunked(let decoder) = stage { buffer.count + decoder.content.count } else { buffer.count }
  }

  /// Whether a byte of the next request was read. Empty lines before it do not count (RFC 9112 section 2.2).
  public var hasPartial: Bool {
    switch stage {
    case .requestLine:
      var ahead = 0
      while buffer[ahead] == Grammar.carriageReturn, buffer[ahead + 1] == Grammar.lineFeed { ahead += 2 }
      guard let first = buffer[ahead] else { return false }
      return first != Grammar.carriageReturn || buffer[ahead + 1] != nil
    case .head, .body, .chunked: return true
    case .failed: return false
    }
  }

  /// The next complete request, or why there is none.
  /// - Throws: what to answer to a request that is refused. Nothing can be read after it: every further call throws the same.
  public mutating func next() throws(RequestError) -> Event {
    do {
      return try advance()
    } catch {
      stage = .failed(error)
      head = nil
      buffer = InputBuffer()
      throw error
    }
  }

  private mutating func advance() throws(RequestError) -> Event {
    while true {
      switch stage {
      case .requestLine: guard try readRequestLine() else { return .needsMore }
      case .head: if let event = try readHead() { return event }
      case .body(let length):
        guard buffer.count >= length else { return waitForBody() }
        let content = Array(buffer.bytes[buffer.start..<(buffer.start + length)])
        buffer.consume(length)
        return complete(body: content)
      case .chunked(var decoder):
        stage = .requestLine  // so that the decoder's content has one owner while it grows
        let isComplete = try decoder.read(&buffer)
        if isComplete { return complete(body: decoder.content, trailers: decoder.trailers) }
        stage = .chunked(decoder)
        return waitForBody()
      case .failed(let error): throw error
      }
    }
  }

  private mutating func readRequestLine() throws(RequestError) -> Bool {
    while buffer[0] == Grammar.carriageReturn, let second = buffer[1] {
      guard second == Grammar.lineFeed else { throw .malformed("bare CR or LF") }
      emptyLines += 1
      guard emptyLines <= Limits.emptyLines else { throw .malformed("too many empty lines") }
      buffer.consume(2)
    }
    switch buffer.nextLine(limit: limits.requestLine) {
    case .incomplete: return false
    case .tooLong: throw RequestError(.uriTooLong, "request line too long")
    case .broken: throw .malformed("bare CR or LF")
    case .found(let range):
      let line = try buffer.bytes.withUnsafeBufferPointer { (bytes) throws(RequestError) in
        try RequestLine(UnsafeBufferPointer(rebasing: bytes[range]))
      }
      head = RequestHead(line, limits: limits)
      emptyLines = 0
      stage = .head
      return true
    }
  }

  private mutating func readHead() throws(RequestError) -> Event? {
    guard try head?.read(&buffer) == true, let body = try head?.body(limit: limits.body) else { return .needsMore }
    switch body {
    case .none: return complete(body: [])
    case .length(let length): stage = .body(length: length)
    case .chunked:
      guard let head else { return nil }
      stage = .chunked(ChunkedDecoder(limits: limits, section: head.section))
    }
    mayExpectContinue = head?.waitsForContinue == true && buffer.isEmpty
    return nil
  }

  private mutating func waitForBody() -> Event {
    guard mayExpectContinue else { return .needsMore }
    mayExpectContinue = false
    return .continueExpected
  }

  private mutating func complete(body: [UInt8], trailers: Fields = Fields()) -> Event {
    guard var head else { return .needsMore }
    self.head = nil
    stage = .requestLine
    if buffer.isEmpty { buffer.reset() }
    var request = Request(head.line, fields: head.section.take())
    request.body = body
    request.trailers = trailers
    return .request(request)
  }
}
