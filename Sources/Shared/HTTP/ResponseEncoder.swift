/// Encodes a response for the wire, and adds `Date`, `Connection` and the framing (RFC 9112 section
/// 6).
struct ResponseEncoder {
  private let response: Response
  private let version: Version
  private let keepAlive: Bool
  private let date: [UInt8]
  private let id: RequestID
  /// Hold the id that the client gave.
  private let requestFields: Fields
  private let isHead: Bool
  /// Whether a body follows the head: not in answer to HEAD, and not with a status that has none
  /// (RFC 9110 section 6.4.1).
  let sendsBody: Bool
  /// Whether a streamed body is chunked; else the connection's end ends it.
  let isChunked: Bool

  /// - Parameters:
  ///   - keepAlive: the connection stays open, by `KeepAlive`.
  ///   - date: the time of the response, by `dateLine`.
  init(_ response: Response, to request: Request, keepAlive: Bool, date: [UInt8]) {
    self.init(
      response, version: request.version, isHead: request.method == .head, keepAlive: keepAlive,
      date: date, id: request.requestID, requestFields: request.fields)
  }

  /// The response to a request that could not be read.
  /// - Parameters:
  ///   - isHead: its method was HEAD.
  ///   - fields: those that could be read; they hold the id if it is `given`.
  init(refusal response: Response, isHead: Bool, date: [UInt8], id: RequestID, fields: Fields) {
    self.init(
      response, version: .http11, isHead: isHead, keepAlive: false, date: date, id: id,
      requestFields: fields)
  }

  private init(
    _ response: Response, version: Version, isHead: Bool, keepAlive: Bool, date: [UInt8],
    id: RequestID, requestFields: Fields
  ) {
    self.id = id
    self.requestFields = requestFields
    self.isHead = isHead
    self.response = response
    self.version = version
    self.keepAlive = keepAlive
    self.date = date
    sendsBody = !isHead && !response.status.isBodiless
    if case .stream = response.body {
      isChunked = version >= .http11 && !response.status.isBodiless
    } else {
      isChunked = false
    }
  }

  /// Appends the head and, unless it is a stream, the body.
  func append(to output: inout [UInt8]) {
    appendStatusLineAndDate(to: &output)
    appendFields(to: &output)
    if !response.status.isBodiless { appendFraming(to: &output) }
    if !keepAlive {
      output.append(ascii: "Connection: close\r\n\r\n")
    } else if version < .http11 {
      output.append(ascii: "Connection: keep-alive\r\n\r\n")
    } else {
      output.append(ascii: "\r\n")
    }
    if sendsBody, case .bytes(let body) = response.body { output.append(contentsOf: body) }
  }

  private func appendFraming(to output: inout [UInt8]) {
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

  private func appendStatusLineAndDate(to output: inout [UInt8]) {
    if response.status == .ok {
      output.append(ascii: "HTTP/1.1 200 OK\r\n")
    } else {
      output.append(ascii: "HTTP/1.1 ")
      if let text = response.status.text {
        output.append(ascii: text)
      } else {
        output.append(decimal: response.status.code)
        output.append(ascii: " ")
      }
      output.append(ascii: "\r\n")
    }
    output.append(contentsOf: date)
  }

  /// The field that a response carries, with its CRLF.
  static func dateLine(unixSeconds: Int64) -> [UInt8] {
    var line: [UInt8] = []
    line.append(ascii: "Date: ")
    line += HTTPDate.bytes(unixSeconds: unixSeconds)
    line.append(ascii: "\r\n")
    return line
  }

  /// Appends the response's own fields, without those that the encoder writes: a second one could
  /// contradict the framing.
  private func appendFields(to output: inout [UInt8]) {
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
    if !hasID { appendID(to: &output) }
  }

  /// Appends the request's id, so that the client finds the request in the log.
  private func appendID(to output: inout [UInt8]) {
    if id != .given {
      output.append(ascii: "X-Request-ID: ")
      id.append(to: &output)
      output.append(ascii: "\r\n")
      return
    }
    requestFields.forEachLine { line in
      guard Grammar.isEqual(line.name, "x-request-id") else { return true }
      output.append(line.bytes)
      return false
    }
  }

  /// Appends `100 Continue`, on which the client sends its body (RFC 9110 section 15.2.1).
  static func appendContinue(to output: inout [UInt8]) {
    output.append(ascii: "HTTP/1.1 100 Continue\r\n\r\n")
  }

  /// Appends a part of a chunked body; nothing for an empty part, whose chunk would end the body.
  static func appendChunk(_ bytes: [UInt8], to output: inout [UInt8]) {
    guard !bytes.isEmpty else { return }
    output.append(hexadecimal: bytes.count)
    output.append(ascii: "\r\n")
    output.append(contentsOf: bytes)
    output.append(ascii: "\r\n")
  }

  /// Appends the end of a chunked body.
  static func appendLastChunk(to output: inout [UInt8]) { output.append(ascii: "0\r\n\r\n") }
}
