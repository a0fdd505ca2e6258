/// The first request in a connection's bytes.
struct FlawedRequest {
  let path: String
  /// Of head and body.
  let count: Int
  let expectsContinue: Bool
  /// Whether all of it has come.
  let isWhole: Bool

  /// Nil until the head is whole.
  init?(_ bytes: [UInt8]) {
    guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).lowercased()
    let lines = head.split(separator: "\r\n")
    path = lines.first?.split(separator: " ").dropFirst().first.map(String.init) ?? "/"
    let length = lines.first { $0.hasPrefix("content-length: ") }
      .flatMap { Int($0.dropFirst("content-length: ".count)) }
    count = end.upperBound + (length ?? 0)
    expectsContinue = lines.contains("expect: 100-continue")
    isWhole = bytes.count >= count
  }
}
