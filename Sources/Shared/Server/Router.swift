/// Finds the handler of a request by its path and method.
struct Router: Sendable {
  /// A path, or all that begin with a prefix. A class: each look-up would copy a struct.
  private final class Resource: Sendable {
    private let octets: [UInt8]
    private let isPrefix: Bool
    let routes: [Route]
    /// For 405 and OPTIONS (RFC 9110 section 10.2.1).
    let allow: String

    init(_ place: Route.Place, _ routes: [Route]) {
      switch place {
      case .path(let path): (octets, isPrefix) = (Array(path.utf8), false)
      case .prefix(let prefix): (octets, isPrefix) = (Array(prefix.utf8), true)
      case .anywhere: (octets, isPrefix) = ([], true)
      }
      self.routes = routes
      allow = Router.allow(routes)
    }

    /// 0 for a prefix of no characters; the whole path goes before all prefixes.
    var prefixLength: Int { isPrefix ? octets.count : .max }

    func contains(_ path: UnsafeBufferPointer<UInt8>) -> Bool {
      guard octets.withUnsafeBufferPointer({ Grammar.hasPrefix(path, $0) }) else { return false }
      // `*` is no path.
      return isPrefix ? !Grammar.isEqual(path, "*") : path.count == octets.count
    }

    func work(for method: Method) -> Route.Work? {
      // By index: an iterator would copy each route.
      for index in routes.indices where routes[index].method == method {
        return routes[index].work
      }
      return method == .head ? work(for: .get) : nil
    }
  }

  /// Whole paths first, then prefixes, the longest first.
  private var resources: [Resource] = []
  private var fallback: Route.Work?
  /// Methods that a route has, beside the registered ones.
  private var methods: Set<Method> = []

  init(_ routes: [Route]) {
    var places: [(place: Route.Place, routes: [Route])] = []
    for route in routes {
      if route.place == .anywhere {
        fallback = route.work
      } else if let index = places.firstIndex(where: { $0.place == route.place }) {
        places[index].routes.append(route)
      } else {
        places.append((route.place, [route]))
      }
      if let method = route.method { methods.insert(method) }
    }
    // The sort is stable: whole paths stay in their order.
    resources = places.map { Resource($0.place, $0.routes) }
      .sorted { $0.prefixLength > $1.prefixLength }
  }

  /// One handler for all requests.
  init(all handler: @escaping Handler) { fallback = .onLoop(handler) }

  /// The route's handler. Else the fallback; else one that answers 501 for a method that HTTP and
  /// the routes do not know, 404 for a path without a route, 405 for a method without a route of
  /// that path, 415 for a body with a content coding, and OPTIONS with the methods of the path, or
  /// of all paths for `*`. GET's handler answers HEAD: the encoder leaves out the body.
  func work(for request: Request) -> Route.Work {
    let found = request.withPath { path in resources.first { $0.contains(path) } }
    guard let resource = found else { return fallback ?? Router.always(unrouted(request)) }
    if let work = resource.work(for: request.method) {
      return Router.isCoded(request) ? Router.always(Router.unsupportedCoding) : work
    }
    if request.method == .options {
      return Router.always(Response(.noContent, fields: ["Allow": resource.allow]))
    }
    if let fallback { return fallback }
    guard isKnown(request.method) else { return Router.always(Router.notImplemented) }
    var response = Response.json(.methodNotAllowed, #"{"error":"method not allowed"}"#)
    response.fields.append("Allow", resource.allow)
    return Router.always(response)
  }

  private static func always(_ response: Response) -> Route.Work { .immediate { _, _ in response } }

  private func unrouted(_ request: Request) -> Response {
    if !isKnown(request.method) { return Router.notImplemented }
    guard request.method == .options, request.path == "*" else {
      return .json(.notFound, #"{"error":"not found"}"#)
    }
    return Response(.noContent, fields: ["Allow": Router.allow(resources.flatMap(\.routes))])
  }

  private func isKnown(_ method: Method) -> Bool { method.isRegistered || methods.contains(method) }

  private static let notImplemented = Response.json(
    .notImplemented, #"{"error":"not implemented"}"#)

  /// RFC 9110 section 15.5.16; the field tells the codings that are accepted (section 12.5.3).
  private static let unsupportedCoding: Response = {
    var response = Response.json(
      .unsupportedMediaType, #"{"error":"content coding not supported"}"#)
    response.fields.append("Accept-Encoding", "identity")
    return response
  }()

  /// Whether the body has a content coding (RFC 9110 section 8.4): none is supported.
  private static func isCoded(_ request: Request) -> Bool {
    guard !request.body.isEmpty, request.fields.contains("Content-Encoding") else { return false }
    return request.fields.all("Content-Encoding").contains { codings in
      codings.split(separator: ",").contains {
        $0.lowercased().filter { $0 != " " && $0 != "\t" } != "identity"
      }
    }
  }

  /// OPTIONS is answered for each path.
  private static func allow(_ routes: [Route]) -> String {
    var names: [String] = []
    for method in routes.compactMap(\.method).flatMap({ $0 == .get ? [.get, .head] : [$0] })
      + [.options]
    where !names.contains(method.name) {
      names.append(method.name)
    }
    return names.joined(separator: ", ")
  }
}
