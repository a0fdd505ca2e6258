/// The way by which requests come to the pods.
enum Door: String, CaseIterable, Codable, Hashable, Sendable {
  /// Like a Service: each connection goes straight to one pod.
  case tcp
  /// Like a load balancer: each request is passed on to a pod.
  case http
}

/// How a client uses connections.
enum Kind: String, CaseIterable, Codable, Hashable, Sendable {
  /// A connection for each request.
  case fresh
  /// One connection for all requests, as long as it lasts.
  case keepalive
}
