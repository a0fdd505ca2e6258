import Comparison

/// The phases of one subject, for all its parts to read; only its run moves them on. Belongs to its
/// subject's loop.
final class SubjectPhases {
  var clock: PhaseClock

  init(_ plan: PhasePlan) { clock = PhaseClock(plan) }

  /// The running phase; nil before the first.
  var current: Phase? { clock.current }
}
