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
  /// What it wrote before it listened: why it does not.
  private var lastWords: [PodLog.Stream: LastWords] = [:]

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

  /// A connection to it succeeded, or its log says so.
  func listens(at now: Duration) {
    isListening = true
    timeline.listening = timeline.listening ?? now / .seconds(1)
  }

  /// What the endpoints' controller knows of it.
  var endpoint: EndpointTable.Conditions {
    .init(isServing: health.isReady, isTerminating: isDeleted)
  }

  /// Takes what the process wrote: most of it is dropped, the life cycle is read, and which
  /// operations it could not log.
  /// - Returns: whether it says that it listens, and has not before.
  func wrote(_ bytes: UnsafeRawBufferPointer, to stream: PodLog.Stream, at now: Duration) -> Bool {
    log?.append(bytes, stream)
    let wasListening = isListening
    if !wasListening { lastWords[stream, default: LastWords()].append(bytes) }
    switch stream {
    case .output:
      output.append(bytes) { line in
        if line.contains("msg=listening") {
          listens(at: now)
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
    return isListening && !wasListening
  }

  /// It has never listened, ended by itself again, and would be restarted only after a while.
  var crash: CommandError {
    let code = timeline.code.map { ", with \($0)" } ?? ""
    let line = lastWords[.errors]?.line ?? lastWords[.output]?.line
    let words = line.map { ": \($0)" } ?? ""
    // It listens on all addresses, and so does the next pod.
    let isTaken = ["EADDRINUSE", "ddress already in use"].contains { words.contains($0) }
    let advice =
      isTaken
      ? "; a service that takes no address needs listen=PORT, a port for each pod"
      : timeline.code == 0
        ? "; it has to stay in the foreground, as in a container"
        : ""
    return CommandError(
      .unavailable,
      "pod \(timeline.name) ended twice before it listened\(code)\(words)\(advice)")
  }

  /// That it runs and does not listen where it was told to; nil when it does, or has ended.
  var silence: String? {
    guard !isListening, !isDeleted, let process else { return nil }
    let ports = ListeningPorts.of([process.pid] + ProcessTree.descendants(of: process.pid))
    return "pod \(timeline.name) \(Self.silence(at: address, ports: ports))"
  }

  /// - Parameter ports: where it listens instead.
  static func silence(at address: SocketAddress, ports: [UInt16]) -> String {
    let what = "does not listen at \(address)"
    guard !ports.isEmpty else { return what }
    if ports.contains(address.port) {
      return "\(what), but at another address: listen= names the variables that it is told by"
    }
    let names = ports.map { "\($0)" }.joined(separator: ", ")
    return "\(what), but at port \(names): port= says the container's, and listen= names the "
      + "variable that it is told by"
  }
}
