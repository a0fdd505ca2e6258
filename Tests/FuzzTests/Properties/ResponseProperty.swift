@testable import Shared

/// The response parser: however the bytes are split, the result is the same; and what the encoder
/// writes is read as it was meant.
enum ResponseProperty {
  private struct Result: Equatable {
    var status: Int?
    var fields = Fields()
    var body: [UInt8] = []
    var keepsAlive: Bool?
    var isMalformed = false
  }

  static func violation(_ bytes: [UInt8]) -> String? {
    for isHead in [false, true] {
      let whole = parse([bytes[...]], isHead: isHead)
      var split = parse(bytes.pieces, isHead: isHead)
      // Bytes that follow a response and come later are for another read.
      if whole.status != nil { split.keepsAlive = whole.keepsAlive }
      if split != whole { return "split: \(split), whole: \(whole)" }
    }
    return roundTrip(bytes)
  }

  private static func parse(_ pieces: [ArraySlice<UInt8>], isHead: Bool) -> Result {
    var parser = ResponseParser(isHead: isHead)
    var result = Result()
    for piece in pieces {
      piece.withUnsafeBytes { parser.append($0) }
      do throws(ResponseParser.Malformed) {
        guard case .response(let response, let keepsAlive) = try parser.next() else { continue }
        return filled(result, response, keepsAlive)
      } catch {
        result.isMalformed = true
        return result
      }
    }
    if case .response(let response) = parser.finish() { return filled(result, response, nil) }
    return result
  }

  private static func filled(_ result: Result, _ response: Response, _ keepsAlive: Bool?) -> Result
  {
    var result = result
    result.status = response.status.code
    result.fields = response.fields
    result.body = response.bytes
    result.keepsAlive = keepsAlive
    return result
  }

  private static func roundTrip(_ bytes: [UInt8]) -> String? {
    var input = FuzzInput(bytes)
    let status = Status(200 + input.number(below: 400))
    let method: Method = input.byte() & 1 == 0 ? .get : .head
    var response = Response(status)
    response.fields.append("X-Some", input.text(upTo: 64))
    response.fields.append("Content-Length", "7")
    response.body = .bytes(input.bytes(512))
    let request = Request(method, "/")
    let encoder = ResponseEncoder(response, to: request, keepAlive: true)
    let room = encoder.room(for: response, requestFields: request.fields)
    let date = ResponseEncoder.dateLine(unixSeconds: 0)
    let wire = [UInt8](capacity: room) {
      encoder.append(response, date: date, requestFields: request.fields, to: &$0)
    }
    let read = parse([wire[...]], isHead: method == .head)
    let body = encoder.sendsBody ? response.bytes : []
    guard read.status == status.code, read.body == body, read.keepsAlive == true,
      read.fields.first("X-Some") == response.fields.first("X-Some")
    else { return "wrote \(String(decoding: wire, as: UTF8.self)), read \(read)" }
    return nil
  }
}
