/// Finds the handler of a request by its path and method.
struct Router: Sendable {
  private struct Resource: Sendable {
    let path: String
    var routes: [Route]
    /// For 405 (RFC 9110 section 10.2.1).
    var allow: String
  }

  private var resources: [Resource] = []
  private var fallback: Handler?

  init(_ routes: [Route]) {
    for route in routes {
      if let index = resources.firstIndex(where: { $0.path == route.path }) {
        resources[index].routes.append(route)
        resources[index].allow = Router.allow(resources[index].routes)
      } else {
        resources.append(Resource(path: route.path, routes: [route], allow: Router.allow([route])))
      }
    }
  }

  /// One handler for all requests.
  init(all handler: @escaping Handler) { fallback = handler }

  /// The route's handler. Else one that answers 404 for a path without a route, 405 for a method
  /// without a route of that path, and `OPTIONS *` with all methods. GET's handler answers HEAD:
  /// the encoder leaves out the body.
  func handler(for request: Request) -> Handler {
    if let fallback { return fallback }
    guard let resource = resources.first(where: { $0.path == request.path }) else {
      return Router.always(unrouted(request))
    }
    if let handler = Router.handler(for: request.method, among: resource.routes) { return handler }
    var response = Response.json(.methodNotAllowed, #"{"error":"method not allowed"}"#)
    response.fields.append("Allow", resource.allow)
    return Router.always(response)
  }

  private static func always(_ response: Response) -> Handler { { _, _ in response } }

  private func unrouted(_ request: Request) -> Response {
    guard request.method == .options, request.path == "*" else {
      return .json(.notFound, #"{"error":"not found"}"#)
    }
    return Response(
      .noContent, fields: ["Allow": Router.allow(resources.flatMap(\.routes), and: [.options])])
  }

  private static func handler(for method: Method, among routes: [Route]) -> Handler? {
    if let route = routes.first(where: { $0.method == method }) { return route.handler }
    return method == .head ? handler(for: .get, among: routes) : nil
  }

  private static func allow(_ routes: [Route], and others: [Method] = []) -> String {
    var names: [String] = []
    for method in routes.flatMap({ $0.method == .get ? [.get, .head] : [$0.method] }) + others
    where !names.contains(method.name) {
      names.append(method.name)
    }
    return names.joined(separator: ", ")
  }
}
