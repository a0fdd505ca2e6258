import Testing

@testable import Shared

@Suite struct RouterTests {
  private struct Broken: Error {}

  private static func sum(_: Request, _: isolated EventLoop) async throws -> Response {
    Response(.created)
  }

  private let router = Router([
    .get("/health") { request, _ in Response(.ok, body: Array(request.method.name.utf8)) },
    .post("/sum", RouterTests.sum),
    .get("/sum") { _, _ in Response(.accepted) },
    .get("/broken") { _, _ in throw Broken() },
  ])

  private func answer(_ method: Shared.Method, _ target: String) async throws -> Response {
    let loop = EventLoop()
    let router = router
    let response = try await loop.answer(Request(method, target), router)
    await loop.stop()
    return response
  }

  @Test func `a route is found by path and method, whatever the query`() async throws {
    #expect(try await answer(.get, "/health?x").status == .ok)
    #expect(try await answer(.post, "/sum").status == .created)
    #expect(try await answer(.get, "http://a/sum").status == .accepted)
  }

  @Test func `HEAD is answered by the route of GET`() async throws {
    #expect(try await answer(.head, "/health").bytes == Array("HEAD".utf8))
  }

  @Test(arguments: ["/", "/healt", "/health/", "//health", "/HEALTH", "/%68ealth"])
  func `an unknown path is 404`(_ path: String) async throws {
    let response = try await answer(.get, path)
    #expect(response.status == .notFound)
    #expect(response.fields.first("Content-Type") == "application/json")
  }

  @Test func `a method that a path does not have is 405 with those that it has`() async throws {
    let response = try await answer(.post, "/health")
    #expect(response.status == .methodNotAllowed)
    #expect(response.fields.all("Allow") == ["GET, HEAD"])
    #expect(try await answer(.delete, "/sum").fields.all("Allow") == ["POST, GET, HEAD"])
    #expect(try await answer(Method("get"), "/sum").status == .methodNotAllowed)
  }

  @Test func `OPTIONS for the server names what it knows`() async throws {
    let response = try await answer(.options, "*")
    #expect(response.status == .noContent)
    #expect(response.fields.first("Allow") == "GET, HEAD, POST, OPTIONS")
  }

  @Test func `what a handler throws is left to the caller`() async {
    await #expect(throws: Broken.self) { try await answer(.get, "/broken") }
  }
}

extension EventLoop {
  fileprivate func answer(_ request: Request, _ router: Router) async throws -> Response {
    try await router.handler(for: request)(request, self)
  }
}
