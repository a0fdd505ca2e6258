import Comparison
import Shared

/// Asks one pod's probes, each time on a connection of its own. Belongs to its pod's loop.
final class Prober {
  private let deployment: Deployment
  private let client: Client

  init(_ deployment: Deployment) {
    self.deployment = deployment
    var timeouts = Client.Options()
    timeouts.requestTimeout = .seconds(
      max(deployment.readiness?.timeoutSeconds ?? 1, deployment.liveness?.timeoutSeconds ?? 1))
    client = Client(timeouts)
  }

  /// One attempt of a probe.
  /// - Parameter deadline: until then an answer counts.
  func isHealthy(
    _ kind: Probe.Kind, at address: SocketAddress, before deadline: MonotonicTime,
    on loop: isolated EventLoop
  ) async -> Bool {
    guard let spec = kind == .readiness ? deployment.readiness : deployment.liveness else {
      return false
    }
    do throws(ClientError) {
      let response = try await client.send(
        Request(.get, spec.path, fields: ["User-Agent": "kube-probe"]), to: address, reuse: false,
        before: deadline, on: loop)
      return (200..<400).contains(response.status.code)
    } catch {
      return false
    }
  }
}
