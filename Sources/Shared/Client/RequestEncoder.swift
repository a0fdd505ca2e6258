/// Encodes a request for the wire (RFC 9112 section 3).
struct RequestEncoder {
  let bytes: [UInt8]

  init(_ request: Request, host: SocketAddress, keepAlive: Bool) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(256 + request.body.count)
    func add(_ text: String) { bytes += text.utf8 }
    add(request.method.name)
    add(" ")
    bytes.appendTarget(request.target)
    add(" HTTP/1.1\r\n")
    if !request.fields.contains("Host") { add("Host: \(host)\r\n") }
    request.fields.forEachLine { line in
      if !Self.isWrittenHere(line.name) { bytes.append(line.bytes) }
      return true
    }
    if !request.body.isEmpty || request.method == .post || request.method == .put {
      add("Content-Length: \(request.body.count)\r\n")
    }
    if !keepAlive { add("Connection: close\r\n") }
    add("\r\n")
    self.bytes = bytes + request.body
  }

  /// Whether the encoder writes this field itself: a second one could contradict the framing. (A
  /// proxy forwards a request that it received in chunks with its length.)
  private static func isWrittenHere(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    Grammar.isEqual(name, "content-length") || Grammar.isEqual(name, "transfer-encoding")
      || Grammar.isEqual(name, "connection")
  }
}

extension [UInt8] {
  /// Appends a target with each octet that no target holds as `%XX` (RFC 3986 section 2.1): a space
  /// or CR LF in it would end the request line.
  fileprivate mutating func appendTarget(_ target: String) {
    for byte in target.utf8 {
      if byte > 0x20, byte < 0x7F {
        append(byte)
      } else {
        append(percentEncoded: byte)
      }
    }
  }

  /// Appends an octet as `%XX`.
  mutating func append(percentEncoded byte: UInt8) {
    append(UInt8(ascii: "%"))
    append(Self.hexDigits[Int(byte >> 4)])
    append(Self.hexDigits[Int(byte & 15)])
  }

  private static let hexDigits = Array("0123456789ABCDEF".utf8)
}
