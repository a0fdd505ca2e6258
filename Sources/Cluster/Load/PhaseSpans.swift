import Comparison

/// When which phase began, in seconds since 1970. A phase lasts until the next begins, the last one
/// for ever.
struct PhaseSpans: Equatable, Sendable {
  private var starts: [(phase: Phase, at: Double)] = []

  init() {}

  static func == (one: PhaseSpans, other: PhaseSpans) -> Bool {
    one.starts.elementsEqual(other.starts) { $0 == $1 }
  }

  mutating func begin(_ phase: Phase, at time: Double) { starts.append((phase, time)) }

  /// The same on a clock that is ahead by so many seconds.
  func shifted(by seconds: Double) -> PhaseSpans {
    var other = self
    for index in other.starts.indices { other.starts[index].at += seconds }
    return other
  }

  /// Nil before the first.
  func phase(at time: Double) -> Phase? { starts.last { $0.at <= time }?.phase }
}
