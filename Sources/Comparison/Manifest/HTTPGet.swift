/// A GET of the kubelet: what a probe or a hook asks.
package struct HTTPGet: Equatable, Sendable {
  package struct Header: Equatable, Sendable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  package var path = "/"
  package var port: Int
  package var headers: [Header] = []

  package init(path: String = "/", port: Int, headers: [Header] = []) {
    (self.path, self.port, self.headers) = (path, port, headers)
  }

  /// - Parameter ports: numbers of the container's ports by name.
  init(_ fields: ManifestFields, ports: [String: Int]) throws(CommandError) {
    var fields = fields
    port = try fields.port(among: ports)
    if let text = try fields.string("path") { path = text.hasPrefix("/") ? text : "/" + text }
    if let scheme = try fields.string("scheme"), scheme != "HTTP" {
      throw fields.refusal("scheme", "'\(scheme)' is not modelled by the rehearsal; HTTP is")
    }
    for (node, path) in try fields.list("httpHeaders") {
      var header = try fields.inner(node, path: path)
      guard let name = try header.string("name"), !name.isEmpty else {
        throw header.refusal("name", "must name a field")
      }
      headers.append(Header(name: name, value: try header.string("value") ?? ""))
      try header.refuseRest()
    }
    try fields.refuseRest()
  }
}

extension ManifestFields {
  /// A port of the container, by number or name.
  /// - Parameter ports: numbers of the container's ports by name.
  mutating func port(_ key: String = "port", among ports: [String: Int]) throws(CommandError)
    -> Int
  {
    guard let node = take(key) else {
      throw .data("\(file):\(line): \(path(of: key)) is missing")
    }
    if node.type == .number, let number = try integer(key, in: 1...65535) { return number }
    guard let name = try string(key) else {
      throw refusal(key, "must be a port's number or name")
    }
    guard let number = ports[name] else {
      throw refusal(key, "names '\(name)', but no port of the container has this name")
    }
    return number
  }
}
