/// Encodes a request for the wire (RFC 9112 section 3).
struct RequestEncoder {
  let bytes: [UInt8]

  init(_ request: Request, host: SocketAddress, keepAlive: Bool) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(256 + request.body.count)
    func add(_ text: String) { bytes += text.utf8 }
    add("\(request.method.name) \(request.target) HTTP/1.1\r\n")
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
