import Comparison

/// What one k6 has written: the requests of one door and kind.
struct LoadLog: Sendable {
  let door: Door
  let kind: ClientKind
  /// With a hyphen at its end, what all ids of this k6 begin with: `<run>-<pod>-`.
  let prefix: String
  private(set) var failures: [LoadLine.Failure] = []
  private(set) var progress: [LoadLine.Progress] = []
  /// Seconds by which it started too late; nil when it was not told when to start.
  private(set) var late: Double?
  /// It came to its proper end.
  private(set) var isWhole = false
  /// The last line that is not the script's: an error of k6, if it had one.
  private(set) var lastWords: String?

  init(door: Door, kind: ClientKind, run: String, pod: Int) {
    self.door = door
    self.kind = kind
    prefix = "\(run)-\(pod)-"
  }

  mutating func add(_ line: String) {
    switch LoadLine(line) {
    case .start(let late): self.late = late
    case .failed(let failure): failures.append(failure)
    case .progress(let progress): self.progress.append(progress)
    case .summary: isWhole = true
    case nil: if !line.isEmpty { lastWords = String(line.prefix(300)) }
    }
  }

  mutating func add(_ bytes: [UInt8]) {
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      add(String(decoding: line, as: UTF8.self))
    }
  }

  /// Each user's last word.
  private var ends: [Int: LoadLine.Progress] {
    Dictionary(progress.map { ($0.user, $0) }) { one, other in one.last >= other.last ? one : other
    }
  }

  /// Failures that a user counted and whose lines are not there: the log was cut, and nothing can
  /// be said of what is left of it.
  var missingLines: Int { max(0, ends.values.reduce(0) { $0 + $1.failed } - failures.count) }

  /// Answers of which no line is there: each user's lines count all its requests, up to the last
  /// one that they name.
  var missingAnswers: Int {
    var told: [Int: Int] = [:]
    for period in progress { told[period.user, default: 0] += period.answered }
    return ends.reduce(0) {
      $0 + max(0, $1.value.last + 1 - $1.value.failed - told[$1.key, default: 0])
    }
  }

  /// Requests that k6 could not make for want of ports, descriptors or names.
  var ownFailures: Int { failures.count { $0.outcome == nil } }

  /// The ids of all requests that were answered. Those after a user's last word are not known, and
  /// are in no list.
  var answered: Set<String> {
    var ids: Set<String> = []
    for (user, end) in ends {
      for number in 0...max(0, end.last) { ids.insert("\(prefix)\(user)-\(number)") }
    }
    for failure in failures { ids.remove(failure.id) }
    return ids
  }

  /// The ids of all requests that failed.
  var failed: Set<String> { Set(failures.map(\.id)) }

  /// Counts answers and failures in the phase in which they were sent; those before the first are
  /// not counted.
  func count(in spans: PhaseSpans, to counts: inout Counts, _ latency: inout LatencyHistogram) {
    for period in progress {
      // Periods are a second long; what counts is where most of it lies.
      guard let phase = spans.phase(at: period.at + 0.5) else { continue }
      counts.add(phase, door, kind, .ok, period.answered)
      for (milliseconds, number) in period.times {
        for _ in 0..<number { latency.add(micros: milliseconds * 1000) }
      }
    }
    for failure in failures {
      guard let phase = spans.phase(at: failure.at), let outcome = failure.outcome else { continue }
      counts.add(phase, door, kind, outcome)
    }
  }
}
