import Comparison

/// What one k6 has written: the requests of one door and kind. Lines may come more than once, and
/// count once.
struct LoadLog: Sendable {
  let door: Door
  let kind: ClientKind
  /// With a hyphen at its end, what all ids of this k6 begin with: `<run>-<pod>-`.
  let prefix: String
  /// They are numbered from 1.
  let users: Int
  /// Of each user by their numbers.
  private var lines: [Int: [Int: LoadLine.Progress]] = [:]
  private(set) var failures: [LoadLine.Failure] = []
  private(set) var failed: Set<String> = []
  /// Seconds by which it started too late; nil when it was not told when to start.
  private(set) var late: Double?
  /// All that it sent, when it came to its proper end.
  private(set) var sentToItsEnd: Int?
  /// The last line that is not the script's: an error of k6, if it had one.
  private(set) var lastWords: String?
  private var clock = NodeClock()
  /// How far its node's clock is ahead where the log does not tell.
  private let aheadElse: Double

  /// - Parameter ahead: how far the cluster's clock is, in seconds.
  init(
    door: Door, kind: ClientKind, run: String, pod: Int, users: Int = 1, ahead: Double = 0
  ) {
    self.door = door
    self.kind = kind
    self.users = users
    prefix = "\(run)-\(pod)-"
    aheadElse = ahead
  }

  mutating func add(_ line: LogFollower.Line) {
    clock.add(stamp: line.stamp, came: line.came)
    add(line.text)
  }

  mutating func add(_ line: String) {
    switch LoadLine(line) {
    case .start(let late): self.late = late
    case .failed(let failure): if failed.insert(failure.id).inserted { failures.append(failure) }
    case .progress(let progress): lines[progress.user, default: [:]][progress.sequence] = progress
    case .summary(let sent): sentToItsEnd = sent
    case nil: if !line.isEmpty { lastWords = String(line.prefix(300)) }
    }
  }

  mutating func add(_ bytes: [UInt8]) {
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      add(String(decoding: line, as: UTF8.self))
    }
  }

  // MARK: What it tells

  var progress: [LoadLine.Progress] { lines.values.flatMap(\.values) }

  /// Each user's last word.
  private var ends: [LoadLine.Progress] {
    lines.values.compactMap { $0.max { $0.key < $1.key }?.value }
  }

  /// The ids of all requests that were answered. Those after a user's last word are not known, and
  /// are in no list.
  var answered: Set<String> {
    var ids: Set<String> = []
    for end in ends {
      for number in 0...max(0, end.last) { ids.insert("\(prefix)\(end.user)-\(number)") }
    }
    return ids.subtracting(failed)
  }

  /// The user and the number of a request; nil for an id that this k6 cannot have made.
  private func request(_ id: String) -> (user: Int, number: Int)? {
    guard id.hasPrefix(prefix) else { return nil }
    let parts = id.dropFirst(prefix.count).split(
      separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let user = Int(parts[0]), let number = Int(parts[1]),
      (1...max(1, users)).contains(user), number >= 0
    else { return nil }
    return (user, number)
  }

  /// Whether it may have sent this: what came after a user's last word is not known.
  func maySend(_ id: String) -> Bool { request(id) != nil }

  /// Seconds since 1970 by this machine's clock, of a moment by k6's.
  func local(_ moment: Double) -> Double { moment - (clock.ahead ?? aheadElse) }

  // MARK: Whether it is all

  /// How many lines of its users are missing between those that are there.
  var missingLines: Int {
    lines.values.reduce(0) { $0 + ($1.keys.max() ?? -1) + 1 - $1.count }
  }
  /// How many lines there must have been.
  var expectedLines: Int { lines.values.reduce(0) { $0 + ($1.keys.max() ?? -1) + 1 } }

  /// Requests of which nothing is known: the lines that told of them are missing. How many were
  /// sent in all is known from the last lines.
  var notKnown: Int {
    let told = progress.reduce(0) { $0 + $1.answered }
    if let sentToItsEnd {
      return max(0, sentToItsEnd - told - failures.count { $0.outcome != nil })
    }
    let last = Dictionary(ends.map { ($0.user, $0.last) }) { $1 }
    let before = failures.count { failure in
      guard let (user, number) = request(failure.id) else { return false }
      return number <= last[user] ?? -1
    }
    return max(0, ends.reduce(0) { $0 + $1.last + 1 } - told - before)
  }

  /// Users that have not told of the time until a moment: their last line is about what was before
  /// it.
  /// - Parameters:
  ///   - moment: in seconds since 1970 by this machine's clock.
  ///   - report: the length of a period in seconds.
  func silentUsers(before moment: Double, report: Double) -> Int {
    users - ends.count { local($0.at + report) > moment }
  }

  /// Requests that k6 could not make for want of ports, descriptors or names.
  var ownFailures: Int { failures.count { $0.outcome == nil } }
}
