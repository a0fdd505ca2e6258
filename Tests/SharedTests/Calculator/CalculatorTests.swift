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
    #expect(String(decoding: response.bytes, as: UTF8.self) == #"{"error":"no numbers"}"#)
  }

  @Test func `health is healthy`() async {
    let loop = EventLoop()
    let request = Request(.get, "/health")
    let response = await loop.perform { Health.answer(request, on: $0) }
    await loop.stop()
    #expect(response.status == .ok)
    #expect(String(decoding: response.bytes, as: UTF8.self) == #"{"status":"healthy"}"#)
  }
}
