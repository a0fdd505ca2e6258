import Shared

/// The beginning of a TLS handshake, to tell a server that expects one.
package enum TLSHandshake {
  /// Whether the server answers a ClientHello (RFC 8446 section 5.1: record types 21 and 22), if
  /// only with an alert. Blocks for a second at most, once it is connected.
  package static func isAnswered(at address: SocketAddress) -> Bool {
    guard let client = try? WireClient.connect(to: address) else { return false }
    let version: [UInt8] = [3, 3]
    let random = [UInt8](repeating: 7, count: 32)
    let suites: [UInt8] = [0, 0, 4, 0x13, 1, 0xc0, 0x2f, 1, 0]
    let body = version + random + suites
    let hello = [1, 0, 0, UInt8(body.count)] + body
    client.send([22, 3, 1, 0, UInt8(hello.count)] + hello)
    client.read(until: .now + .seconds(1)) { !$0.bytes.isEmpty }
    return client.bytes.first == 21 || client.bytes.first == 22
  }
}
