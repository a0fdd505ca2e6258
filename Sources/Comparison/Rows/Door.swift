/// The way by which requests come to the pods.
package enum Door: String, CaseIterable, Codable, Hashable, Sendable {
  /// Like a Service: each connection goes straight to one pod.
  case tcp
  /// Like a load balancer: each request is passed on to a pod.
  case http
  /// The balancer's with TLS, HTTP/1.1 inside; on a cluster only.
  case https
  /// The balancer's with TLS and HTTP/2, which ends there; on a cluster only. HAProxy tells these
  /// clients of a request that was cut by REFUSED_STREAM, and HTTP/2 clients send such a request
  /// again by themselves (RFC 9113 section 8.7), Go's in k6 too: so cut requests are seldom seen
  /// here, though pods may have served them twice.
  case http2

  /// Those that a rehearsal has.
  package static let rehearsed: [Door] = [.tcp, .http]

  /// The place in `allCases`.
  package var rank: Int {
    switch self {
    case .tcp: 0
    case .http: 1
    case .https: 2
    case .http2: 3
    }
  }
}
