import Comparison

/// What a pod's log says. Lines may come more than once, and count once. Moments are in seconds
/// since 1970 by the node's clock.
struct PodReport: Equatable, Sendable {
  private(set) var stopped: StopReport?
  private(set) var sigterm: Double?
  /// When each request was answered, by its id.
  private(set) var answers: [String: Double] = [:]
  private(set) var lastAnswer: Double?
  /// The ids that it could not deliver and gave to its standard error, as line protocol.
  private(set) var undelivered: Set<String> = []
  private(set) var clock = NodeClock()

  mutating func add(_ line: LogFollower.Line) {
    clock.add(stamp: line.stamp, came: line.came)
    add(line.text)
  }

  mutating func add(_ line: String) {
    if line.hasPrefix("operation,") {
      guard let start = line.range(ofASCII: "id=\"") else { return }
      undelivered.insert(String(line[start...].prefix { $0 != "\"" }))
      return
    }
    if let report = StopReport(line) {
      stopped = report
    } else if line.contains("msg=draining") {
      sigterm = Self.time(of: line) ?? sigterm
    } else if line.contains("msg=sum"), let time = Self.time(of: line) {
      lastAnswer = max(lastAnswer ?? -.infinity, time)
      if let id = LogFields(line)["id"] { answers[String(id)] = time }
    }
  }

  /// Seconds since 1970 by the node's clock.
  static func time(of line: String) -> Double? {
    LogFields(line)["ts"].flatMap { KubernetesTime.seconds($0) }
  }
}

extension String {
  /// The end of the first occurrence.
  fileprivate func range(ofASCII text: String) -> String.Index? {
    let (bytes, sought) = (Array(utf8), Array(text.utf8))
    guard bytes.count >= sought.count else { return nil }
    for start in 0...(bytes.count - sought.count)
    where bytes[start..<(start + sought.count)].elementsEqual(sought) {
      return utf8.index(utf8.startIndex, offsetBy: start + sought.count)
    }
    return nil
  }
}
