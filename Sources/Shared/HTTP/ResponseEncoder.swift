/// Encodes a response for the wire, and adds `Date`, `Connection` and the framing (RFC 9112 section
/// 6). Holds what the request decides; the response itself would be one more copy.
struct ResponseEncoder {
  private let version: Version
  private let keepAlive: Bool
  private let id: RequestID
  private let isHead: Bool
  /// Whether a body follows the head: not in answer to HEAD, and not with a status that has none
  /// (RFC 9110 section 6.4.1).
  let sendsBody: Bool
  /// Whether a streamed body is chunked; else the connection's end ends it.
  let isChunked: Bool

  // An initializer that does not borrow its arguments gets copies of them.

  /// - Parameter keepAlive: the connection stays open, by `KeepAlive`.
  init(_ response: borrowing Response, to request: borrowing Request, keepAlive: Bool) {
    self.init(
      response, version: request.version, isHead: request.method == .head, keepAlive: keepAlive,
      id: request.requestID)
  }

  /// The response to a request that could not be read.
  /// - Parameter isHead: its method was HEAD.
  init(refusal response: borrowing Response, isHead: Bool, id: RequestID) {
    self.init(response, version: .http11, isHead: isHead, keepAlive: false, id: id)
  }

  private init(
    _ response: borrowing Response, version: Version, isHead: Bool, keepAlive: Bool, id: RequestID
  ) {
    self.id = id
    self.isHead = isHead
    self.version = version
    self.keepAlive = keepAlive
    sendsBody = !isHead && !response.status.isBodiless
    isChunked = response.isStream && version >= .http11 && !response.status.isBodiless
  }

  /// How many bytes `append` appends at most.
  func room(for response: Response, requestFields: Fields) -> Int {
    var room = Self.headRoom + response.fields.bytes.count
    if sendsBody { room += response.bytes.count }
    if id == .given { Self.findID(in: requestFields) { room += $0.count } }
    return room
  }

  /// Appends the head and, unless it is a stream, the body.
  /// - Parameters:
  ///   - response: the one that the encoder was made for.
  ///   - date: the time of the response, by `dateLine`.
  ///   - requestFields: hold the id if it is `given`.
  func append(
    _ response: Response, date: [UInt8], requestFields: Fields,
    to output: inout OutputSpan<UInt8>
  ) {
    writeStatus(of: response, to: &output)
    output.append(date)
    writeFields(of: response, requestFields, to: &output)
    if !response.status.isBodiless { writeFraming(of: response, to: &output) }
    if !keepAlive {
      output.append(ascii: "Connection: close\r\n\r\n")
    } else if version < .http11 {
      output.append(ascii: "Connection: keep-alive\r\n\r\n")
    } else {
      output.append(ascii: "\r\n")
    }
    if sendsBody { output.append(response.bytes) }
  }

  /// Bytes that a head takes at most beside its fields: the longest status line, and what the
  /// encoder writes.
  private static let headRoom = 256

  private func writeFraming(of response: Response, to output: inout OutputSpan<UInt8>) {
    let length: Int
    switch response.body {
    case .bytes(let body): length = body.count
    case .omitted(let omitted): length = isHead ? max(0, omitted) : 0
    case .stream:
      if isChunked { output.append(ascii: "Transfer-Encoding: chunked\r\n") }
      return
    }
    output.append(ascii: "Content-Length: ")
    output.append(decimal: length)
    output.append(ascii: "\r\n")
  }

  private func writeStatus(of response: Response, to output: inout OutputSpan<UInt8>) {
    if response.status == .ok { return output.append(ascii: "HTTP/1.1 200 OK\r\n") }
    output.append(ascii: "HTTP/1.1 ")
    if let text = response.status.text {
      output.append(ascii: text)
    } else {
      output.append(decimal: response.status.code)
      output.append(ascii: " ")
    }
    output.append(ascii: "\r\n")
  }

  /// The field that a response carries, with its CRLF.
  static func dateLine(unixSeconds: Int64) -> [UInt8] {
    var line: [UInt8] = []
    line.append(ascii: "Date: ")
    line += HTTPDate.bytes(unixSeconds: unixSeconds)
    line.append(ascii: "\r\n")
    return line
  }

  /// The fields that the encoder writes.
  private static let written = FieldNames([
    "Date", "Connection", "Content-Length", "Transfer-Encoding", RequestID.fieldName,
  ])

  /// Appends the response's own fields, without those that the encoder writes: a second one could
  /// contradict the framing.
  private func writeFields(
    of response: Response, _ requestFields: Fields, to output: inout OutputSpan<UInt8>
  ) {
    guard response.fields.names.mayHoldAny(of: Self.written) else {
      output.append(response.fields.bytes)
      return writeID(requestFields, to: &output)
    }
    var hasID = false
    response.fields.forEachLine { line in
      switch line.name.count {
      case 4 where Grammar.isEqual(line.name, "date"): break
      case 10 where Grammar.isEqual(line.name, "connection"): break
      case 14 where Grammar.isEqual(line.name, "content-length"): break
      case 17 where Grammar.isEqual(line.name, "transfer-encoding"): break
      default:
        if line.name.count == 12, Grammar.isEqual(line.name, "x-request-id") { hasID = true }
        output.append(line.bytes)
      }
      return true
    }
    if !hasID { writeID(requestFields, to: &output) }
  }

  /// Appends the request's id, so that the client finds the request in the log.
  private func writeID(_ requestFields: Fields, to output: inout OutputSpan<UInt8>) {
    if id != .given {
      output.append(ascii: "X-Request-ID: ")
      id.append(to: &output)
      output.append(ascii: "\r\n")
      return
    }
    Self.findID(in: requestFields) { output.append($0) }
  }

  private static func findID(in fields: Fields, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    fields.forEachLine { line in
      guard Grammar.isEqual(line.name, "x-request-id") else { return true }
      body(line.bytes)
      return false
    }
  }

  /// Appends `100 Continue`, on which the client sends its body (RFC 9110 section 15.2.1).
  static func appendContinue(to output: inout OutputSpan<UInt8>) {
    output.append(ascii: "HTTP/1.1 100 Continue\r\n\r\n")
  }

  /// How many bytes `appendContinue` and `appendLastChunk` append at most, and `appendChunk` beside
  /// the part.
  static let smallRoom = 32

  /// Appends a part of a chunked body; nothing for an empty part, whose chunk would end the body.
  static func appendChunk(_ bytes: [UInt8], to output: inout OutputSpan<UInt8>) {
    guard !bytes.isEmpty else { return }
    output.append(hexadecimal: bytes.count)
    output.append(ascii: "\r\n")
    output.append(bytes)
    output.append(ascii: "\r\n")
  }

  /// Appends the end of a chunked body.
  static func appendLastChunk(to output: inout OutputSpan<UInt8>) {
    output.append(ascii: "0\r\n\r\n")
  }
}
