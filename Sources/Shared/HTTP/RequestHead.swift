/// A request's header section while it is read, with what it decides about connection and body.
struct RequestHead: Sendable {
  enum Body: Equatable {
    case none
    case length(Int)
    case chunked
  }

  private let version: Version
  private(set) var section: FieldSection
  private var framing = Framing()
  private var hosts = 0
  private var expectsContinue = false
  private var expectsOther = false
  private var ids = 0
  private var closes = false
  private var keepsAlive = false
  /// Whether the client has given the request an id that logs can hold.
  private(set) var hasID = false

  /// - Parameter version: from the request line.
  init(version: Version, limits: Limits) {
    self.version = version
    section = FieldSection(limits: limits)
  }

  /// - Returns: true when the section is complete.
  mutating func read(_ buffer: inout InputBuffer) throws(RequestError) -> Bool {
    // A copy, so that the closure may change it while the section changes.
    var notes = (
      framing: framing, hosts: hosts, expectsContinue: expectsContinue, expectsOther: expectsOther,
      ids: ids, hasID: hasID, closes: closes, keepsAlive: keepsAlive
    )
    defer {
      (framing, hosts, expectsContinue, expectsOther, ids, hasID, closes, keepsAlive) = notes
    }
    return try section.read(&buffer) { (field) throws(RequestError) in
      switch field.name.count {
      case 4 where Grammar.isEqual(field.name, "host"):
        notes.hosts += 1
        guard notes.hosts == 1 else { throw .malformed("more than one Host") }
        guard field.value.isEmpty || Authority.isValid(field.value, needsPort: false) else {
          throw .malformed("invalid Host")
        }
      case 6 where Grammar.isEqual(field.name, "expect"):
        Grammar.forEachElement(of: field.value) {
          if Grammar.isEqual($0, "100-continue") {
            notes.expectsContinue = true
          } else {
            notes.expectsOther = true
          }
          return true
        }
      case 10 where Grammar.isEqual(field.name, "connection"):
        Grammar.forEachElement(of: field.value) {
          if Grammar.isEqual($0, "close") { notes.closes = true }
          if Grammar.isEqual($0, "keep-alive") { notes.keepsAlive = true }
          return true
        }
      case 12 where Grammar.isEqual(field.name, "x-request-id"):
        notes.ids += 1
        notes.hasID = notes.ids == 1 && RequestID.isSane(field.value)
      case 14 where Grammar.isEqual(field.name, "content-length"):
        try notes.framing.addContentLength(field.value)
      case 17 where Grammar.isEqual(field.name, "transfer-encoding"):
        try notes.framing.addTransferEncoding(field.value)
      default: break
      }
    }
  }

  /// How the body is framed, once the section is complete.
  /// - Throws: 400 without `Host` or for contradictory framing, 501 for an unknown coding, 417 for
  ///   an unknown expectation, 413 for a length beyond the limit.
  mutating func body(limit: Int) throws(RequestError) -> Body {
    if hosts == 0, version >= .http11 { throw .malformed("no Host") }
    try framing.close(version: version)
    if framing.coding == .unknown { throw RequestError(.notImplemented, "unknown transfer coding") }
    if expectsOther { throw RequestError(.expectationFailed, "unknown expectation") }
    if framing.coding == .chunked { return .chunked }
    guard let length = framing.contentLength, length > 0 else { return .none }
    guard length <= UInt64(limit) else { throw RequestError(.contentTooLarge, "body too large") }
    return .length(Int(length))
  }

  /// As `KeepAlive.isOffered` finds it in the fields.
  var offersKeepAlive: Bool {
    KeepAlive.isOffered(version: version, closes: closes, keepsAlive: keepsAlive)
  }

  /// Whether the client waits for `100 Continue`; an HTTP/1.0 client does not (RFC 9110 section
  /// 10.1.1).
  var waitsForContinue: Bool { expectsContinue && version >= .http11 }

  /// The header fields; the trailers are still to come.
  mutating func takeFields() -> Fields { section.take() }
}
