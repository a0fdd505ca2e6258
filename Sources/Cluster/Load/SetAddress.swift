import Comparison

/// The address that `make set-calc-url` remembers for tests and load.
enum SetAddress {
  /// The scripts' folder for what one call of make leaves to the next: `STATE`, else `.state`.
  private static func folder(_ environment: [String]) -> String {
    environment.first { $0.hasPrefix("STATE=") }.map { String($0.dropFirst(6)) } ?? ".state"
  }

  private static func value(_ name: String, _ environment: [String]) -> String? {
    (try? Files.bytes(of: "\(folder(environment))/\(name)")).map {
      String(decoding: $0, as: UTF8.self).trimmed
    }
  }

  /// - Parameter place: the context and namespace in use, as `kind-calc/default`.
  /// - Returns: nil unless one was set by hand for that place, or for all as where kubectl had no
  ///   context. What `k8s-deploy` found is not meant: inside the cluster the Service is nearer.
  static func url(for place: String, _ environment: [String]) -> String? {
    let meant = value("calc-url-for", environment)
    guard meant == nil || meant == "\(place) by hand" else { return nil }
    return value("calc-url", environment)
  }

  /// Whether a URL means the machine itself, which for a pod is the pod.
  static func isLocal(_ url: String) -> Bool {
    let host = url.drop { $0 != "/" }.dropFirst(2)
    return ["localhost", "127.", "[::1]"].contains { host.hasPrefix($0) }
  }
}
