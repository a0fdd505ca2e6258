/// What a load balancer knows of the pods behind it, which decides what a deletion costs its
/// clients.
enum Balancer: String, CaseIterable, Equatable, Sendable {
  /// The Service only, as `k8s/edge`: kube-proxy picks a pod for each new upstream connection, and
  /// a pooled one stays on its pod until that pod closes it.
  case service
  /// The endpoints, as ingress controllers and those of clouds that send to pods: it picks a pod
  /// for each request, and drops a pod's pool when its endpoint leaves.
  case endpoints
}
