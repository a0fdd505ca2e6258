import Shared

/// One pod of a row: its process, the state machines that lead it, and what is recorded of it. Belongs to its row's loop.
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
  /// It said that it listens.
  private(set) var isListening = false
  /// Asks its probes, each on a connection of its own.
  let prober: Client
  private var output = LineBuffer()

  init(_ id: PodID, name: String, address: SocketAddress, deployment: Deployment, options: Options, spread: Duration, created: Duration) {
    self.id = id
    self.address = address
    lifecycle = PodLifecycle(grace: .seconds(deployment.grace), preStop: deployment.preStopSleep.map { .seconds($0) })
    health = PodHealth(
      readiness: deployment.readiness?.timing, liveness: deployment.liveness?.timing, podCreated: created, spread: spread)
    life = AddressLife(gone: options.gone, hang: options.hang)
    timeline = PodTimeline(name: name, address: "\(address)")
    var patience = Client.Options()
    patience.requestTimeout = .seconds(max(deployment.readiness?.timeoutSeconds ?? 1, deployment.liveness?.timeoutSeconds ?? 1))
    prober = Client(patience)
  }

  /// The next instant at which something of it is due.
  var nextDeadline: Duration? { [startDue, lifecycle.nextDeadline, health.nextDeadline].compactMap(\.self).min() }

  var isDeleted: Bool { lifecycle.isDeleted }

  /// What the endpoints' controller knows of it.
  var endpoint: EndpointTable.Endpoint { .init(isServing: health.isReady, isTerminating: isDeleted) }

  /// Takes what the process wrote: most of it is dropped, the life cycle is read.
  func wrote(_ bytes: UnsafeRawBufferPointer) {
    output.append(bytes) { line in
      if line.contains("msg=listening") {
        isListening = true
      } else if line.contains("msg=stopped") {
        timeline.cut = Self.number("cut", in: line)
        timeline.finished = Self.number("finished", in: line)
        timeline.late = Self.number("late", in: line)
      }
    }
  }

  private static func number(_ key: String, in line: String) -> Int? {
    line.split(separator: " ").first { $0.hasPrefix("\(key)=") }.flatMap { Int($0.dropFirst(key.utf8.count + 1)) }
  }
}

/// Finds the few lines of a pod's output that the harness reads, and holds no more than one line of it.
struct LineBuffer {
  /// A line of more bytes is none of those that are looked for.
  static let limit = 4096
  private static let mark = Array("msg=listening".utf8)
  private static let otherMark = Array("msg=stopped".utf8)
  private var rest: [UInt8] = []

  mutating func append(_ bytes: UnsafeRawBufferPointer, _ found: (String) -> Void) {
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() {
      defer { rest.removeAll(keepingCapacity: true) }
      // Requests are the most of a log; the mark stands at the same place in all lines.
      let whole = rest.isEmpty ? UnsafeRawBufferPointer(rebasing: line) : nil
      if let whole, !Self.isMarked(whole) { continue }
      found(String(decoding: rest + line, as: UTF8.self))
    }
    let tail = bytes.lastIndex(of: UInt8(ascii: "\n")).map { bytes[($0 + 1)...] } ?? bytes[...]
    if rest.count + tail.count <= Self.limit { rest += tail }
  }

  /// Whether one of the marks stands within the first bytes, where the message is.
  private static func isMarked(_ line: UnsafeRawBufferPointer) -> Bool {
    let head = line.prefix(80)
    return head.contains(mark) || head.contains(otherMark)
  }
}
