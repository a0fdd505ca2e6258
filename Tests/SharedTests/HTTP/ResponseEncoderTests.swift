import Testing

@testable import Shared

@Suite struct ResponseEncoderTests {
  private static let date = ResponseEncoder.dateLine(unixSeconds: 784_111_777)
  private let dateLine = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"

  private func encode(
    _ response: Response, to request: Request = Request(.get, "/"), keepAlive: Bool = true
  ) -> String {
    let encoder = ResponseEncoder(response, to: request, keepAlive: keepAlive)
    let room = encoder.room(for: response, requestFields: request.fields)
    return text(upTo: room) {
      encoder.append(response, date: Self.date, requestFields: request.fields, to: &$0)
    }
  }

  private func text(upTo room: Int, _ build: (inout OutputSpan<UInt8>) -> Void) -> String {
    String(decoding: [UInt8](capacity: room, initializingWith: build), as: UTF8.self)
  }

  private let stream = Response(.ok, body: .stream { _ in })

  @Test func `a response has date, type and length`() {
    #expect(
      encode(.json(.ok, #"{"result":10}"#))
        == "HTTP/1.1 200 OK\r\n\(dateLine)Content-Type: application/json\r\nContent-Length: 13\r\n"
        + "\r\n{\"result\":10}"
    )
    #expect(
      encode(Response(.notFound))
        == "HTTP/1.1 404 Not Found\r\n\(dateLine)Content-Length: 0\r\n\r\n")
    #expect(
      encode(Response(Status(299))) == "HTTP/1.1 299 \r\n\(dateLine)Content-Length: 0\r\n\r\n")
  }

  @Test func `the connection's end is announced, and keep-alive to HTTP 1.0`() {
    #expect(
      encode(Response(.ok), keepAlive: false).hasSuffix(
        "Content-Length: 0\r\nConnection: close\r\n\r\n"))
    let old = Request(.get, "/", version: .http10)
    #expect(encode(Response(.ok), to: old).hasSuffix("Connection: keep-alive\r\n\r\n"))
    #expect(encode(Response(.ok), to: old, keepAlive: false).hasSuffix("Connection: close\r\n\r\n"))
    #expect(!encode(Response(.ok)).contains("Connection"))
  }

  @Test func `HEAD gets the head that GET would get`() {
    let response = Response.json(.ok, "{}")
    #expect(encode(response, to: Request(.head, "/")) + "{}" == encode(response))
    #expect(encode(stream, to: Request(.head, "/")) == encode(stream))
    #expect(!ResponseEncoder(stream, to: Request(.head, "/"), keepAlive: true).sendsBody)
  }

  @Test(arguments: [Status.noContent, .notModified, Status(103)])
  func `a status without a body has no framing either`(_ status: Status) {
    for response in [Response(status, body: [1, 2, 3]), Response(status, body: .stream { _ in })] {
      let text = encode(response)
      #expect(text.hasSuffix("\r\n\(dateLine)\r\n"))
      #expect(!ResponseEncoder(response, to: Request(.get, "/"), keepAlive: true).sendsBody)
    }
  }

  @Test func `a stream is chunked, and ends with the connection in HTTP 1.0`() {
    #expect(encode(stream).hasSuffix("Transfer-Encoding: chunked\r\n\r\n"))
    let old = encode(stream, to: Request(.get, "/", version: .http10), keepAlive: false)
    #expect(!old.contains("chunked") && !old.contains("Content-Length"))
    let chunks = text(upTo: 0x1AF + 3 * ResponseEncoder.smallRoom) {
      ResponseEncoder.appendChunk([], to: &$0)
      ResponseEncoder.appendChunk([UInt8](repeating: 120, count: 0x1AF), to: &$0)
      ResponseEncoder.appendLastChunk(to: &$0)
    }
    #expect(chunks == "1af\r\n\(String(repeating: "x", count: 0x1AF))\r\n0\r\n\r\n")
  }

  @Test func `fields that would contradict the framing are left out`() {
    let fields: Fields = [
      "X": "1", "content-length": "9", "Transfer-Encoding": "chunked", "DATE": "x",
      "Connection": "upgrade", "Y": "",
    ]
    #expect(
      encode(Response(.ok, fields: fields))
        == "HTTP/1.1 200 OK\r\n\(dateLine)X: 1\r\nY: \r\nContent-Length: 0\r\n\r\n")
  }

  @Test func `fields of other names are kept, also those that look alike at first`() {
    for fields in [["Dove": "1", "X": ""], ["X": "1"], ["Content-Lenient": "1"]] as [Fields] {
      let lines = fields.map { "\($0.name): \($0.value)\r\n" }.joined()
      #expect(
        encode(Response(.ok, fields: fields))
          == "HTTP/1.1 200 OK\r\n\(dateLine)\(lines)Content-Length: 0\r\n\r\n")
    }
  }

  @Test func `a long id that the client gave has room`() {
    let id = String(repeating: "x", count: 1000)
    let request = Request(.get, "/", fields: ["A": "1", "x-request-id": id])
    #expect(encode(Response(.ok), to: request).contains("\r\nx-request-id: \(id)\r\n"))
  }

  @Test func `a refusal closes`() {
    let response = Response(.badRequest)
    let encoder = ResponseEncoder(refusal: response, isHead: false, id: .given)
    let room = encoder.room(for: response, requestFields: Fields())
    let refusal = text(upTo: ResponseEncoder.smallRoom + room) {
      ResponseEncoder.appendContinue(to: &$0)
      encoder.append(response, date: Self.date, requestFields: Fields(), to: &$0)
    }
    #expect(
      refusal
        == "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 400 Bad Request\r\n"
        + "\(dateLine)Content-Length: 0\r\nConnection: close\r\n\r\n"
    )
  }

  @Test func `what is encoded is parsed as what it was`() throws {
    for body in ["", "x", String(repeating: "y", count: 70_000)] {
      var parser = ResponseParser(isHead: false)
      Array(encode(Response(.created, fields: ["X": "1"], body: Array(body.utf8))).utf8)
        .withUnsafeBytes { parser.append($0) }
      guard case .response(let response, let keepsAlive) = try parser.next() else {
        return #expect(Bool(false), "no response")
      }
      #expect(response.status == .created)
      #expect(response.bytes == Array(body.utf8))
      #expect(keepsAlive)
    }
  }
}
