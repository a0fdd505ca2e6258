import Testing

@testable import Shared

@Suite struct CalculatorTests {
  private func post(_ body: String, _ fields: Fields = [:]) async throws -> Response {
    let loop = EventLoop()
    let request = Request(.post, "/sum", fields: fields, body: Array(body.utf8))
    let response = try await Calculator(log: .none).sum(request, on: loop)
    await loop.stop()
    return response
  }

  @Test func `a sum is answered as JSON, after its delay`() async throws {
    let before = MonotonicTime.now
    let response = try await post(#"{"numbers":[1,2,3,4]}"#)
    #expect(MonotonicTime.now - before >= Calculator.delay)
    #expect(response.status == .ok)
    #expect(response.fields.first("Content-Type") == "application/json")
    #expect(String(decoding: response.bytes, as: UTF8.self) == #"{"result":10}"#)
  }

  @Test func `what cannot be added is a bad request with its reason`() async throws {
    let response = try await post("{}", ["X-Request-ID": "a"])
    #expect(response.status == .badRequest)
    #expect(response.fields.first("X-Request-ID") == "a")
    #expect(String(decoding: response.bytes, as: UTF8.self) == #"{"error":"no numbers"}"#)
  }

  @Test(arguments: [
    "a", "7d0e7cbb-29a6-4b8a-9d5f-0f4b8c0f6a11", "req/1:2@x+y=~_.",
    String(repeating: "x", count: 128),
  ])
  func `a sane request id is kept`(id: String) async throws {
    #expect(try await post("", ["X-Request-ID": id]).fields.all("X-Request-ID") == [id])
  }

  @Test(arguments: ["", "a b", "a\"b", "ä", "a=b\\n", String(repeating: "x", count: 129)])
  func `another one is replaced`(id: String) async throws {
    let made = try #require(try await post("", ["X-Request-ID": id]).fields.first("X-Request-ID"))
    #expect(made.wholeMatch(of: /[0-9a-f]{32}/) != nil)
  }

  @Test func `each request without an id gets its own`() {
    #expect(Set((0..<1000).map { _ in RequestID().text }).count == 1000)
  }

  @Test func `health is healthy`() async {
    let loop = EventLoop()
    let request = Request(.get, "/health")
    let response = await Health.answer(request, on: loop)
    await loop.stop()
    #expect(response.status == .ok)
    #expect(String(decoding: response.bytes, as: UTF8.self) == #"{"status":"healthy"}"#)
  }
}
