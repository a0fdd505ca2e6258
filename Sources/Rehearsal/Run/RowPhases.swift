import Comparison

/// The phases of one row, for all its parts to read; only the row moves them on. Belongs to its
/// row's loop.
final class RowPhases {
  var clock: PhaseClock

  init(_ plan: PhasePlan) { clock = PhaseClock(plan) }

  /// The running phase; nil before the first.
  var current: Phase? { clock.current }
}
