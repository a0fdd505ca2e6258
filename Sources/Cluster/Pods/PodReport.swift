import Comparison

/// What a pod's log says at its end.
struct PodReport: Equatable, Sendable {
  var stopped: StopReport?
  /// Seconds since the row's start.
  var sigterm: Double?
  var lastRequest: Double?
  /// The ids that it could not deliver and gave to its standard error, as line protocol.
  var undelivered: Set<String> = []

  /// - Parameter offset: what has to be added to the log's time stamps, which are of the node's
  ///   clock, to get seconds since the row's start.
  mutating func add(_ line: String, offset: Double) {
    if line.hasPrefix("operation,") {
      guard let start = line.range(ofASCII: "id=\"") else { return }
      undelivered.insert(String(line[start...].prefix { $0 != "\"" }))
      return
    }
    if let report = StopReport(line) {
      stopped = report
    } else if line.contains("msg=draining") {
      sigterm = Self.time(of: line).map { $0 + offset }
    } else if line.contains("msg=sum") {
      lastRequest = Self.time(of: line).map { $0 + offset } ?? lastRequest
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
