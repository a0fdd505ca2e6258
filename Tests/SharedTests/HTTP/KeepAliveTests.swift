import Testing

@testable import Shared

@Suite struct KeepAliveTests {
  private func keeps(
    _ version: Version, _ connection: String = "", method: Shared.Method = .get,
    response: Response = Response(.ok), draining: Bool = false
  ) -> Bool {
    let request = Request(
      method, "/", version: version, fields: connection.isEmpty ? [:] : ["connection": connection])
    return KeepAlive.isKept(request: request, response: response, draining: draining)
  }

  @Test func `HTTP 1.1 keeps a connection unless one side closes`() {
    #expect(keeps(.http11))
    #expect(keeps(.http11, "keep-alive, x"))
    #expect(!keeps(.http11, "x, Close"))
    #expect(!keeps(.http11, "keep-alive, close"))
    #expect(!keeps(.http11, response: Response(.ok, fields: ["Connection": "close"])))
    #expect(!keeps(.http11, draining: true))
  }

  @Test func `HTTP 1.0 keeps a connection only when asked to`() {
    #expect(!keeps(.http10))
    #expect(keeps(.http10, "Keep-Alive"))
    #expect(!keeps(.http10, "keep-alive, close"))
    #expect(!keeps(.http10, "keep-alive", draining: true))
  }

  @Test func `a stream in HTTP 1.0 ends with the connection, unless there is none`() {
    let stream = Response(.ok, body: .stream { _ in })
    #expect(keeps(.http11, response: stream))
    #expect(!keeps(.http10, "keep-alive", response: stream))
    #expect(keeps(.http10, "keep-alive", method: .head, response: stream))
  }
}
