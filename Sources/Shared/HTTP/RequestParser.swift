/// Reads requests from bytes as they arrive, to the letter of RFC 9112. No I/O and no clock;
/// however the bytes are split, the requests are the same. Pipelined requests come out one by one,
/// in their order.
public struct RequestParser: Sendable {
  public enum Event: Sendable {
    /// No further request is complete.
    case needsMore
    /// The client waits for `100 Continue` before it sends the body. Said once, and not when the
    /// body is on its way already.
    case continueExpected
    case request(Request)
  }

  private enum Stage {
    case requestLine
    case head
    case body(length: Int)
    case chunked
    case failed
  }

  private struct Partial {
    var request: Request
    var head: RequestHead
  }

  private let limits: Limits
  private var buffer = InputBuffer()
  private var stage = Stage.requestLine
  private var emptyLines = 0
  private var mayExpectContinue = false
  /// A request that did not arrive at once; most do, and never stay here.
  private var partial: Partial?
  private var chunks: ChunkedDecoder?
  private var failure: RequestError?

  public init(limits: Limits = Limits()) { self.limits = limits }

  /// Takes bytes as they were received; after an error they are dropped.
  public mutating func append(_ bytes: UnsafeRawBufferPointer) {
    if case .failed = stage { return }
    buffer.append(bytes)
  }

  /// Bytes that are held: not parsed yet, or part of a body that is not complete.
  public var buffered: Int {
    if case .chunked = stage { buffer.count + (chunks?.content.count ?? 0) } else { buffer.count }
  }

  /// Bytes of memory held for what arrives.
  var capacity: Int { buffer.capacity }

  /// Whether a byte of the next request was read. Empty lines before it do not count (RFC 9112
  /// section 2.2).
  public var hasPartial: Bool {
    switch stage {
    case .requestLine:
      var ahead = 0
      while buffer[ahead] == Grammar.carriageReturn, buffer[ahead + 1] == Grammar.lineFeed {
        ahead += 2
      }
      guard let first = buffer[ahead] else { return false }
      return first != Grammar.carriageReturn || buffer[ahead + 1] != nil
    case .head, .body, .chunked: return true
    case .failed: return false
    }
  }

  /// The next complete request, or why there is none.
  /// - Throws: what to answer to a request that is refused. Nothing can be read after it: every
  ///   further call throws the same.
  public mutating func next() throws(RequestError) -> Event {
    do throws(RequestError) {
      switch stage {
      case .requestLine: return try readRequestLine()
      case .head: return try readHead()
      case .body(let length): return readBody(length)
      case .chunked: return try readChunks()
      case .failed: throw failure ?? .malformed("request after an error")
      }
    } catch {
      stage = .failed
      failure = error
      partial = nil
      chunks = nil
      buffer = InputBuffer()
      throw error
    }
  }

  private mutating func readRequestLine() throws(RequestError) -> Event {
    while buffer[0] == Grammar.carriageReturn, let second = buffer[1] {
      guard second == Grammar.lineFeed else { throw .malformed("bare CR or LF") }
      emptyLines += 1
      guard emptyLines <= Limits.emptyLines else { throw .malformed("too many empty lines") }
      buffer.consume(2)
    }
    if buffer.isEmpty { return .needsMore }
    switch buffer.nextLine(limit: limits.requestLine) {
    case .incomplete: return .needsMore
    case .tooLong: throw RequestError(.uriTooLong, "request line too long")
    case .broken: throw .malformed("bare CR or LF")
    case .found(let range):
      let request = try buffer.bytes.withUnsafeBufferPointer { (bytes) throws(RequestError) in
        try Request(line: UnsafeBufferPointer(rebasing: bytes[range]))
      }
      emptyLines = 0
      return try readHead(of: request, RequestHead(version: request.version, limits: limits))
    }
  }

  private mutating func readHead() throws(RequestError) -> Event {
    guard let partial = partial.take() else { return .needsMore }
    return try readHead(of: partial.request, partial.head)
  }

  private mutating func readHead(of request: consuming Request, _ head: consuming RequestHead)
    throws(RequestError) -> Event
  {
    guard try head.read(&buffer) else {
      stage = .head
      partial = Partial(request: request, head: head)
      return .needsMore
    }
    let body = try head.body(limit: limits.body)
    request.fields = head.takeFields()
    switch body {
    case .none: return complete(request)
    case .length(let length) where buffer.count >= length:
      return complete(request, length: length)
    case .length(let length): stage = .body(length: length)
    case .chunked:
      stage = .chunked
      chunks = ChunkedDecoder(limits: limits, section: head.section)
    }
    mayExpectContinue = head.waitsForContinue && buffer.isEmpty
    partial = Partial(request: request, head: head)
    return chunks == nil ? waitForBody() : try readChunks()
  }

  private mutating func readBody(_ length: Int) -> Event {
    guard buffer.count >= length, let partial = partial.take() else { return waitForBody() }
    return complete(partial.request, length: length)
  }

  private mutating func readChunks() throws(RequestError) -> Event {
    guard try chunks?.read(&buffer) == true, let body = chunks.take(), let partial = partial.take()
    else { return waitForBody() }
    var request = partial.request
    request.body = body.content
    request.trailers = body.trailers
    return complete(request)
  }

  private mutating func waitForBody() -> Event {
    guard mayExpectContinue else { return .needsMore }
    mayExpectContinue = false
    return .continueExpected
  }

  private mutating func complete(_ request: consuming Request, length: Int) -> Event {
    request.body = Array(buffer.bytes[buffer.start..<(buffer.start + length)])
    buffer.consume(length)
    return complete(request)
  }

  private mutating func complete(_ request: consuming Request) -> Event {
    stage = .requestLine
    if buffer.isEmpty { buffer.reset() }
    return .request(request)
  }
}
