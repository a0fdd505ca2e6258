/// How many requests were sent in each 200 ms, and how many of them failed, by door and kind. Steps
/// count from the row's start.
package struct RequestSeries: Codable, Equatable, Sendable {
  package static let step = Duration.milliseconds(200)

  /// Of one door and kind; the lists are as long as there was something to count.
  package struct Line: Codable, Equatable, Sendable {
    package let door: Door
    package let kind: ClientKind
    package fileprivate(set) var sent: [Int] = []
    package fileprivate(set) var failed: [Int] = []

    fileprivate mutating func add(at step: Int, isFailed: Bool, count: Int) {
      for _ in sent.count..<max(sent.count, step + 1) {
        sent.append(0)
        failed.append(0)
      }
      sent[step] += count
      if isFailed { failed[step] += count }
    }
  }

  package private(set) var stepMilliseconds = 200
  package private(set) var lines: [Line] = []

  package init() {}

  package mutating func add(
    _ door: Door, _ kind: ClientKind, at instant: Duration, isFailed: Bool = false, count: Int = 1
  ) {
    let index = lines.firstIndex { $0.door == door && $0.kind == kind } ?? lines.count
    if index == lines.count { lines.append(Line(door: door, kind: kind)) }
    lines[index].add(at: max(0, Int(instant / Self.step)), isFailed: isFailed, count: count)
  }

  private enum CodingKeys: String, CodingKey {
    case lines
    case stepMilliseconds = "step_ms"
  }
}
