/// Reads requests from bytes as they arrive, to the letter of RFC 9112. No I/O and no clock: the
/// same bytes give the same requests, however they are split. Pipelined requests come out one by
/// one, in their order.
struct RequestParser: Sendable {
  enum Event: Sendable {
    /// No further request is complete.
    case needsMore
    /// The client waits for `100 Continue` before it sends the body. Comes once, and not after a
    /// part of the body has arrived.
    case continueExpected
    case request(Request)
  }

  private enum State {
    case requestLine
    case head
    case body(length: Int)
    case chunked
    case failed
  }

  private struct Partial {
    var request: Request
    var head: RequestHead

    /// Bytes that have left the buffer.
    var count: Int { request.fields.bytes.count + head.section.fields.bytes.count }
    /// Bytes of memory held for them.
    var size: Int { request.fields.size + head.section.fields.size }
  }

  private let limits: Limits
  private var buffer = InputBuffer()
  private var state = State.requestLine
  private var emptyLines = 0
  private var mayExpectContinue = false
  /// A request that did not arrive at once; most do, and never stay here.
  private var partial: Partial?
  private var chunks: ChunkedDecoder?
  private var failure: RequestError?
  /// Whether the request that is read, or was refused, is HEAD, as far as its first bytes tell: the
  /// response to it has no body, whatever its status (RFC 9110 section 9.3.2).
  private(set) var isHead = false
  /// Why the request was refused; nil when none was.
  var fault: String? { failure?.reason }
  /// The fields of the request that was refused, as far as they were read, if its id is among them.
  private(set) var refusedFields = Fields()

  init(limits: Limits = Limits()) { self.limits = limits }

  /// Takes bytes as they were received; drops them after an error.
  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    if case .failed = state { return }
    buffer.append(bytes)
  }

  // Inlined: a call would copy the whole parser, here and below.

  /// Bytes that are held: not parsed yet, or part of a request that is not complete.
  @inline(__always)
  var buffered: Int {
    if case .requestLine = state { return buffer.count }
    return buffer.count + (partial?.count ?? 0) + (chunks?.content.count ?? 0)
  }

  /// Bytes of memory held for what arrives.
  @inline(__always)
  var capacity: Int {
    if case .requestLine = state { return buffer.capacity }
    return buffer.capacity + (partial?.size ?? 0) + (chunks?.capacity ?? 0)
  }

  /// Bytes of memory that the request may still need, as its head tells before its body comes: all
  /// of a length, the limit for chunks (twice, since they are collected in an array that grows by
  /// doubling), and the limits of a head that is not small. 0 when a small buffer will do.
  @inline(__always)
  var need: Int {
    switch state {
    case .requestLine, .head: capacity > Limits.free ? max(capacity, limits.head) : 0
    case .body(let length): length + (partial?.size ?? 0) + Limits.free
    case .chunked: 2 * limits.body + limits.head
    case .failed: 0
    }
  }

  /// Takes the room for a whole body at once, once `need` is granted.
  mutating func makeRoom() {
    if case .body(let length) = state { buffer.reserve(length) }
  }

  /// Whether a byte of the next request was read. Empty lines before it do not count (RFC 9112
  /// section 2.2).
  @inline(__always)
  var hasPartial: Bool {
    switch state {
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
  /// - Throws: the answer to a request that is refused. Nothing can be read after it: each further
  ///   call throws the same.
  mutating func next() throws(RequestError) -> Event {
    do throws(RequestError) {
      switch state {
      case .requestLine: return try readRequestLine()
      case .head: return try readHead()
      case .body(let length): return readBody(length)
      case .chunked: return try readChunks()
      case .failed: throw failure ?? .malformed("request after an error")
      }
    } catch {
      fail(error)
      throw error
    }
  }

  /// Drops what has arrived, and what arrives: the request is refused.
  mutating func discard() {
    if failure == nil { fail(.malformed("refused before its end")) }
  }

  private mutating func fail(_ error: RequestError) {
    state = .failed
    failure = error
    if var partial = partial.take(), partial.head.hasID {
      let fields = partial.request.fields
      refusedFields = fields.isEmpty ? partial.head.takeFields() : fields
    }
    chunks = nil
    buffer = InputBuffer()
  }

  private mutating func readRequestLine() throws(RequestError) -> Event {
    while buffer[0] == Grammar.carriageReturn, let second = buffer[1] {
      guard second == Grammar.lineFeed else { throw .malformed("bare CR or LF") }
      emptyLines += 1
      guard emptyLines <= Limits.emptyLines else { throw .malformed("too many empty lines") }
      buffer.consume(2)
      if buffer.isEmpty { buffer.reset() }
    }
    if buffer.isEmpty { return .needsMore }
    isHead = buffer.hasPrefix("HEAD ")
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
    let body: RequestHead.Body
    do throws(RequestError) {
      guard try head.read(&buffer) else {
        state = .head
        partial = Partial(request: request, head: head)
        return .needsMore
      }
      body = try head.body(limit: limits.body)
    } catch {
      if head.hasID { refusedFields = head.takeFields() }
      throw error
    }
    request.fields = head.takeFields()
    request.offersKeepAlive = head.offersKeepAlive
    if !head.hasID { request.requestID = .missing }
    switch body {
    case .none: return complete(request)
    case .length(let length) where buffer.count >= length:
      return complete(request, length: length)
    case .length(let length): state = .body(length: length)
    case .chunked:
      state = .chunked
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
    state = .requestLine
    if buffer.isEmpty { buffer.reset() }
    return .request(request)
  }
}
