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
    try await answer(method, target, router)
  }

  private func answer(_ method: Shared.Method, _ target: String, _ router: Router) async throws
    -> Response
  {
    try await answer(Request(method, target), router)
  }

  private func answer(_ request: Request, _ router: Router) async throws -> Response {
    let loop = EventLoop()
    let response = try await loop.answer(request, router)
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
    #expect(response.fields.all("Allow") == ["GET, HEAD, OPTIONS"])
    #expect(try await answer(.delete, "/sum").fields.all("Allow") == ["POST, GET, HEAD, OPTIONS"])
  }

  @Test(arguments: ["/sum", "/", "*"])
  func `a method that neither HTTP nor a route knows is 501`(path: String) async throws {
    #expect(try await answer(Method("get"), path).status == .notImplemented)
    #expect(try await answer(Method("BREW"), path).status == .notImplemented)
  }

  @Test func `a method of one's own is known where a route has it`() async throws {
    let router = Router([Route(Method("PURGE"), "/a") { _, _ in Response(.ok) }])
    #expect(try await answer(Method("PURGE"), "/a", router).status == .ok)
    #expect(try await answer(Method("PURGE"), "/b", router).status == .notFound)
  }

  @Test func `OPTIONS is 2xx where the path exists, and 404 where not`() async throws {
    let response = try await answer(.options, "/health")
    #expect(response.status == .noContent)
    #expect(response.fields.all("Allow") == ["GET, HEAD, OPTIONS"])
    #expect(try await answer(.options, "/").status == .notFound)
  }

  @Test(arguments: [("gzip", 415), ("identity", 201), ("identity, br", 415), ("Identity", 201)])
  func `a body with a content coding is 415`(coding: String, code: Int) async throws {
    let request = Request(.post, "/sum", fields: ["Content-Encoding": coding], body: [1])
    let response = try await answer(request, router)
    #expect(response.status.code == code)
    #expect(response.fields.contains("Accept-Encoding") == (code == 415))
  }

  @Test func `a prefix answers all below it, the longest first, a whole path before them`()
    async throws
  {
    let router = Router([
      Route(.get, prefix: "/") { _, _ in Response(Status(201)) },
      Route(.get, prefix: "/static/") { _, _ in Response(Status(202)) },
      .get("/static/one") { _, _ in Response(Status(203)) },
    ])
    #expect(try await answer(.get, "/any", router).status.code == 201)
    #expect(try await answer(.get, "/static/x/y", router).status.code == 202)
    #expect(try await answer(.get, "/static/one", router).status.code == 203)
    #expect(try await answer(.get, "/static", router).status.code == 201)
    #expect(try await answer(.post, "/static/x", router).status == .methodNotAllowed)
    #expect(try await answer(.options, "*", router).status == .noContent)
  }

  @Test func `a fallback answers what no route does`() async throws {
    let router = Router([
      .get("/a") { _, _ in Response(.ok) }, .fallback { _, _ in Response(.accepted) },
    ])
    #expect(try await answer(.get, "/a", router).status == .ok)
    #expect(try await answer(.post, "/a", router).status == .accepted)
    #expect(try await answer(Method("BREW"), "/b", router).status == .accepted)
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
    switch router.work(for: request) {
    case .immediate(let handler): try handler(request, self)
    case .onLoop(let handler): try await handler(request, self)
    case .offLoop(let handler): try await handler(request)
    }
  }
}
