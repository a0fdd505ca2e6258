/// A request's bytes, as a client sends them (RFC 9112 section 3).
struct RequestEncoder {
  let bytes: [UInt8]

  init(_ request: Request, host: SocketAddress, keepAlive: Bool) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(256 + request.body.count)
    func add(_ text: String) { bytes += text.utf8 }
    add("\(request.method.name) \(request.target) HTTP/1.1\r\n")
    if request.fields.first("Host") == nil { add("Host: \(host)\r\n") }
    for (name, value) in request.fields { add("\(name): \(value)\r\n") }
    if !request.body.isEmpty || request.method == .post || request.method == .put {
      add("Content-Length: \(request.body.count)\r\n")
    }
    if !keepAlive { add("Connection: close\r\n") }
    add("\r\n")
    self.bytes = bytes + request.body
  }
}
