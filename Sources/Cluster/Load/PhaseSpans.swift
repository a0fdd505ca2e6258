import Comparison

/// When which phase began. A phase lasts until the next begins, the last one until the load ends.
struct PhaseSpans: Equatable, Sendable {
  var spans: [PhaseSpan] = []
  /// What is sent from then on does not count.
  var end = Double.infinity

  init() {}

  init(_ clock: PhaseClock, end: Double) {
    spans = clock.spans.map { PhaseSpan($0) }
    self.end = end
  }

  mutating func begin(_ phase: Phase, at time: Double) {
    spans.append(PhaseSpan(phase: phase, start: time))
  }

  /// Nil before the first, and after the end.
  func phase(at time: Double) -> Phase? {
    time < end ? spans.last { $0.start <= time }?.phase : nil
  }
}
