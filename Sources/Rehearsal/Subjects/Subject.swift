import Comparison
import Libc
import Shared

/// What is rehearsed: a service with its Deployment, how its pods are started, what clients send,
/// and what is claimed about it. The nine rows of the talk are nine subjects.
struct Subject: Sendable {
  /// What its results are called by; no two subjects of a rehearsal have one name.
  let name: String
  /// How lines for people name it: `row 4`.
  let label: String
  let manifest: ManifestFile
  let command: PodCommand
  let request: LoadRequest
  /// What has to hold.
  let claims: [Claim]
  /// How its pods log operations; nil when they log none.
  var logging: Row.Logging?
  /// Why its pods cannot have had the machine that they need, by how long answers took; empty where
  /// that cannot be told.
  var starvation: @Sendable (LatencyHistogram) -> [String] = { _ in [] }

  /// What its results say of it; nil for a row.
  var description: SubjectDescription?

  /// Whether it is a service of one's own, not a row.
  var isOwn: Bool { description != nil }

  var deployment: Deployment { manifest.deployment }

  /// Where its pods are to listen.
  /// - Parameter hasAddressEach: whether this machine has an address for each.
  /// - Throws: `CommandError` (65) when a probe or hook asks another port, and pods have only one.
  func mode(hasAddressEach: Bool) throws(CommandError) -> LoopbackAddresses.Mode {
    if hasAddressEach, command.listening.host != nil { return .addressEach(port: command.port) }
    for (field, port) in deployment.askedPorts where port != command.containerPort {
      throw .data(
        "\(manifest.path): \(field) is \(port), but where all pods share an address (listen=PORT, "
          + "ports=1) each has one port, that of \(command.containerPort)")
    }
    return .portEach
  }

  /// The database of its operations, which no other rehearsal has.
  var database: String { "rehearsal-\(name)-\(getpid())" }
}
