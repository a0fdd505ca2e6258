@testable import Shared

/// The request parser: however the bytes are split, the result is the same; what it reads can be
/// encoded and read again; it holds no more than its limits say; and blanks and controls that are
/// put into the head of one message never make it two.
enum RequestProperty {
  private struct Result: Equatable {
    var requests: [Request] = []
    var refusal: RequestError?
    var hasPartial = false
    var held = 0
  }

  private static let limits: Limits = {
    var limits = Limits()
    limits.requestLine = 512
    limits.headerSection = 1024
    limits.headerFields = 16
    limits.body = 4096
    limits.chunkLine = 64
    limits.chunkExtensions = 256
    return limits
  }()

  static func violation(_ bytes: [UInt8]) -> String? {
    let whole = parse([bytes[...]])
    var split = parse(bytes.pieces)
    split.held = whole.held
    if split != whole { return "split: \(split), whole: \(whole)" }
    if bytes.count < 256 {
      var single = parse(bytes.map { [$0] })
      single.held = whole.held
      if single != whole { return "byte by byte: \(single), whole: \(whole)" }
    }
    for request in whole.requests {
      if let fault = roundTrip(request) { return fault }
    }
    return smuggling(bytes)
  }

  private static func parse(_ pieces: [ArraySlice<UInt8>]) -> Result {
    var parser = RequestParser(limits: limits)
    var result = Result()
    pieces: for piece in pieces {
      piece.withUnsafeBytes { parser.append($0) }
      while true {
        do throws(RequestError) {
          switch try parser.next() {
          case .needsMore:
            result.held = max(result.held, parser.buffered)
            continue pieces
          case .continueExpected: continue
          case .request(let request): result.requests.append(request)
          }
        } catch {
          result.refusal = error
          break pieces
        }
      }
    }
    result.hasPartial = parser.hasPartial
    let most = limits.requestLine + limits.headerSection + limits.body + limits.chunkLine + 4
    precondition(result.held <= most, "\(result.held) bytes are held, \(most) are allowed")
    return result
  }

  private static func roundTrip(_ request: Request) -> String? {
    guard let host = SocketAddress(host: "127.0.0.1", port: 1) else { return "no address" }
    var sent = request
    sent.fields.removeAll("Content-Length")
    sent.fields.removeAll("Transfer-Encoding")
    sent.fields.removeAll("Connection")
    sent.fields.removeAll("Expect")
    let bytes = RequestEncoder(sent, host: host, keepAlive: true).bytes
    guard bytes.count < limits.headerSection else { return nil }
    let result = parse([bytes[...]])
    // A long line may pass a limit with the length that is added.
    if result.refusal?.status == .fieldsTooLarge { return nil }
    guard result.requests.count == 1, !result.hasPartial, let read = result.requests.first,
      read.method == request.method, read.target == request.target, read.body == request.body,
      read.path == request.path, read.query == request.query
    else { return "sent \(String(decoding: bytes, as: UTF8.self)), read \(result)" }
    return nil
  }

  /// A message whose body is a request; the input chooses where an octet is put into its head.
  private static func smuggling(_ bytes: [UInt8]) -> String? {
    var input = FuzzInput(bytes)
    let inner = Array("GET /inner HTTP/1.1\r\nHost: b\r\n\r\n".utf8)
    let isChunked = input.byte() & 1 == 1
    var message = Array("POST /outer?x HTTP/1.1\r\nHost: a\r\nX-Any: some value\r\n".utf8)
    message +=
      isChunked
      ? "Transfer-Encoding: chunked\r\n\r\n\(String(inner.count, radix: 16))\r\n".utf8
      : "Content-Length: \(inner.count)\r\n\r\n".utf8
    let head = message.count
    message += inner
    if isChunked { message += "\r\n0\r\n\r\n".utf8 }
    let octets: [UInt8] = [0x20, 0x09, 0x0D, 0x0A, 0x00, 0x0B, 0x0C, 0x7F, 0x85, 0xA0, 0xFF]
    message.insert(
      octets[input.number(below: octets.count)], at: input.number(below: head + 1))
    let result = parse([message[...]])
    if result.requests.count > 1 || result.requests.contains(where: { $0.target == "/inner" }) {
      return "smuggled: \(String(decoding: message, as: UTF8.self).debugDescription)"
    }
    return nil
  }
}
