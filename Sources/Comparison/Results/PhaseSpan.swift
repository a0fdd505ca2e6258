/// When a phase began and when its change was complete, in seconds since the row's start. It lasts
/// until the next one begins: its pods may still be on their way out.
package struct PhaseSpan: Codable, Equatable, Sendable {
  package var phase: Phase
  package var start: Double
  package var complete: Double?

  package init(phase: Phase, start: Double, complete: Double? = nil) {
    self.phase = phase
    self.start = start
    self.complete = complete
  }

  package init(_ span: PhaseClock.Span) {
    self.init(
      phase: span.phase, start: span.start / .seconds(1),
      complete: span.end.map { $0 / .seconds(1) })
  }

  private enum CodingKeys: String, CodingKey {
    case phase
    case start = "start_s"
    case complete = "complete_s"
  }
}
