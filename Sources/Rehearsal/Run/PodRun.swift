import Comparison
import Shared

/// One pod of a row: its process, the state machines that lead it, and what is recorded of it.
/// Belongs to its row's loop.
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
  /// It said that it listens.
  private(set) var isListening = false
  /// The ids of the operations that it wrote to its standard error.
  private(set) var traced: [String] = []
  /// Asks its probes, each on a connection of its own.
  let prober: Client
  private let log: PodLog?
  private var output = LineBuffer()
  private var errors = LineBuffer()
  /// The last lines it wrote before it listened: why it does not.
  private var lastWords: [Stream: String] = [:]

  /// Each has a pipe of its own.
  enum Stream: Sendable {
    case output
    case errors
  }

  init(
    _ id: PodID, name: String, address: SocketAddress, deployment: Deployment, options: Options,
    spread: Duration, neighbour: AddressLife.Neighbour, created: Duration
  ) {
    self.id = id
    self.address = address
    lifecycle = PodLifecycle(
      grace: .seconds(deployment.grace), preStop: deployment.preStopSleep.map { .seconds($0) })
    health = PodHealth(
      readiness: deployment.readiness?.timing(options.kubernetes),
      liveness: deployment.liveness?.timing(options.kubernetes),
      podCreated: created, spread: spread)
    life = AddressLife(gone: options.gone, hang: options.hang, neighbour: neighbour)
    timeline = PodTimeline(name: name, address: "\(address)")
    log = options.logs.map { PodLog(of: name, in: $0) }
    var patience = Client.Options()
    patience.requestTimeout = .seconds(
      max(deployment.readiness?.timeoutSeconds ?? 1, deployment.liveness?.timeoutSeconds ?? 1))
    prober = Client(patience)
  }

  /// The next instant at which something of it is due.
  var nextDeadline: Duration? {
    [startDue, exitDue, lifecycle.nextDeadline, health.nextDeadline].compactMap(\.self).min()
  }

  var isDeleted: Bool { lifecycle.isDeleted }

  /// What the endpoints' controller knows of it.
  var endpoint: EndpointTable.Endpoint {
    .init(isServing: health.isReady, isTerminating: isDeleted)
  }

  /// Takes what the process wrote: most of it is dropped, the life cycle is read, and which
  /// operations it could not log.
  func wrote(_ bytes: UnsafeRawBufferPointer, to stream: Stream) {
    log?.append(bytes, stream)
    if !isListening, let last = bytes.split(separator: UInt8(ascii: "\n")).last {
      lastWords[stream] = String(decoding: last.prefix(200), as: UTF8.self)
    }
    switch stream {
    case .output:
      output.append(bytes) { line in
        if line.contains("msg=listening") {
          isListening = true
        } else if line.contains("msg=stopped") {
          timeline.cut = Self.number("cut", in: line)
          timeline.finished = Self.number("finished", in: line)
          timeline.late = Self.number("late", in: line)
        }
      }
    case .errors:
      errors.append(bytes) { line in
        if let point = try? LinePoint(line.utf8), case .string(let id) = point.fields["id"] {
          traced.append(id)
        }
      }
    }
  }

  /// It has never listened, ended by itself again, and would be restarted only after a while.
  var crash: Refusal {
    let code = timeline.code.map { ", with \($0)" } ?? ""
    let words = (lastWords[.errors] ?? lastWords[.output]).map { ": \($0)" } ?? ""
    return Refusal(
      message: "pod \(timeline.name) ended twice before it listened\(code)\(words)", status: 69)
  }

  private static func number(_ key: String, in line: String) -> Int? {
    line.split(separator: " ").first { $0.hasPrefix("\(key)=") }.flatMap {
      Int($0.dropFirst(key.utf8.count + 1))
    }
  }
}

/// Finds the few lines of a pod's output that the harness reads, and holds no more than one line of
/// it.
struct LineBuffer {
  /// A line of more bytes is none of those that are looked for.
  static let limit = 4096
  private static let marks = [Array("msg=listening".utf8), Array("msg=stopped".utf8)]
  /// An operation in line protocol.
  private static let start = Array("operation,".utf8)
  private var rest: [UInt8] = []

  /// The line has more bytes than that already.
  private var isTooLong = false

  mutating func append(_ bytes: UnsafeRawBufferPointer, _ found: (String) -> Void) {
    var remaining = bytes[...]
    while let end = remaining.firstIndex(of: UInt8(ascii: "\n")) {
      let line = UnsafeRawBufferPointer(rebasing: remaining[..<end])
      remaining = remaining[(end + 1)...]
      // Requests are the most of a log.
      if rest.isEmpty, !isTooLong {
        if Self.isMarked(line) { found(String(decoding: line, as: UTF8.self)) }
        continue
      }
      rest += line
      if !isTooLong, rest.withUnsafeBytes(Self.isMarked) {
        found(String(decoding: rest, as: UTF8.self))
      }
      rest.removeAll(keepingCapacity: true)
      isTooLong = false
    }
    isTooLong = isTooLong || rest.count + remaining.count > Self.limit
    if isTooLong { rest.removeAll() } else { rest += remaining }
  }

  /// Whether one of the marks stands within the first bytes, where the message is.
  private static func isMarked(_ line: UnsafeRawBufferPointer) -> Bool {
    guard let start = line.baseAddress else { return false }
    if line.count > Self.start.count, memcmp(start, Self.start, Self.start.count) == 0 {
      return true
    }
    let head = min(line.count, 80)
    return marks.contains { mark in
      stride(from: 0, through: head - mark.count, by: 1).contains {
        memcmp(start + $0, mark, mark.count) == 0
      }
    }
  }
}
