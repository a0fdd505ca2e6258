/// What a pod's log says at its end: `msg=stopped … finished=12 late=0 cut=1`.
package struct StopReport: Equatable, Sendable {
  package let cut: Int?
  package let finished: Int?
  package let late: Int?

  /// Nil for any other line.
  package init?(_ line: String) {
    guard line.contains("msg=stopped") else { return nil }
    let fields = LogFields(line)
    cut = fields["cut"].flatMap { Int($0) }
    finished = fields["finished"].flatMap { Int($0) }
    late = fields["late"].flatMap { Int($0) }
  }
}

/// The fields `key=value` of a log line.
package struct LogFields: Sendable {
  private let words: [Substring]

  package init(_ line: String) { words = line.split(separator: " ") }

  package subscript(key: String) -> Substring? {
    words.first { $0.hasPrefix("\(key)=") }?.dropFirst(key.utf8.count + 1)
  }
}

extension PodTimeline {
  package mutating func stopped(_ report: StopReport) {
    (cut, finished, late) = (report.cut, report.finished, report.late)
  }
}
