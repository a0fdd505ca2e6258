import Comparison
import Shared

/// One pod of a subject: its process, the state machines that lead it, and what is recorded of it.
/// Belongs to its subject's loop.
final class PodRun {
  let id: PodID
  let address: SocketAddress
  var lifecycle: PodLifecycle
  var health: PodHealth
  var life: AddressLife
  var history = PodHistory()
  var timeline: PodTimeline
  var process: PodProcess?
  /// When its process is to start; nil once it has, or will not.
  var startDue: Duration?
  /// When the kubelet will know that the container has ended.
  var exitDue: Duration?
  /// A connection to it succeeded, or it said that it listens.
  private(set) var isListening = false
  /// The ids of the operations that it wrote to its standard error.
  private(set) var traced: [String] = []
  private let log: PodLog?
  private var output = LineBuffer()
  private var errors = LineBuffer()
  /// The last lines it wrote before it listened: why it does not.
  private var lastWords: [PodLog.Stream: String] = [:]

  /// How often it is tried whether a pod listens that does not say so.
  static let connectInterval = Duration.milliseconds(50)

  init(
    _ id: PodID, name: String, address: SocketAddress, deployment: Deployment, options: Options,
    spread: Duration, neighbour: AddressLife.Neighbour, created: Duration
  ) {
    self.id = id
    self.address = address
    lifecycle = PodLifecycle(
      grace: .seconds(deployment.grace), hook: PodLifecycle.Hook(deployment.preStop))
    health = PodHealth(
      startup: deployment.startup?.timing(options.kubernetes),
      readiness: deployment.readiness?.timing(options.kubernetes),
      liveness: deployment.liveness?.timing(options.kubernetes),
      podCreated: created, spread: spread)
    life = AddressLife(gone: options.gone, hang: options.hang, neighbour: neighbour)
    timeline = PodTimeline(name: name, address: "\(address)")
    log = options.logs.map { PodLog(of: name, in: $0) }
  }

  /// The next instant at which something of it is due.
  var nextDeadline: Duration? {
    [startDue, exitDue, lifecycle.nextDeadline, health.nextDeadline].compactMap(\.self).min()
  }

  var isDeleted: Bool { lifecycle.isDeleted }

  func listens() { isListening = true }

  /// What the endpoints' controller knows of it.
  var endpoint: EndpointTable.Conditions {
    .init(isServing: health.isReady, isTerminating: isDeleted)
  }

  /// Takes what the process wrote: most of it is dropped, the life cycle is read, and which
  /// operations it could not log.
  func wrote(_ bytes: UnsafeRawBufferPointer, to stream: PodLog.Stream) {
    log?.append(bytes, stream)
    if !isListening, let last = bytes.split(separator: UInt8(ascii: "\n")).last {
      lastWords[stream] = String(decoding: last.prefix(200), as: UTF8.self)
    }
    switch stream {
    case .output:
      output.append(bytes) { line in
        if line.contains("msg=listening") {
          isListening = true
        } else if let report = StopReport(line) {
          timeline.stopped(report)
        }
      }
    case .errors:
      errors.append(bytes) { line in
        if let point = try? ParsedPoint(line.utf8), case .string(let id) = point.fields["id"] {
          traced.append(id)
        }
      }
    }
  }

  /// It has never listened, ended by itself again, and would be restarted only after a while.
  var crash: CommandError {
    let code = timeline.code.map { ", with \($0)" } ?? ""
    let words = (lastWords[.errors] ?? lastWords[.output]).map { ": \($0)" } ?? ""
    return CommandError(
      .unavailable, "pod \(timeline.name) ended twice before it listened\(code)\(words)")
  }
}
