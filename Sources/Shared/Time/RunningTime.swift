/// Counts down a deadline in the time in which the process runs.
///
/// A process that is stopped, suspended or throttled for longer than a deadline would find it over
/// the moment it runs again, before any thread has read what arrived meanwhile. Here a sleep is cut
/// into slices, and each counts for at most twice its length: a stop of any length costs `2 *
/// slice`, and what is left of the deadline is time to look at the input.
struct RunningTime: Equatable, Sendable {
  static let slice = Duration.milliseconds(100)

  private(set) var left: Duration

  init(_ duration: Duration) { left = duration }

  /// How long to sleep next; nil when the time is over.
  var next: Duration? { left > .zero ? min(left, Self.slice) : nil }

  /// A sleep took this long on the clock.
  mutating func slept(_ elapsed: Duration) {
    left -= max(.zero, min(elapsed, Self.slice * 2))
  }

  /// Suspends for a duration of running time.
  /// - Throws: `CancellationError`, at once when the task is cancelled.
  static func sleep(for duration: Duration) async throws {
    var time = RunningTime(duration)
    while let slice = time.next {
      let began = MonotonicTime.now
      try await Task.sleep(for: slice)
      time.slept(MonotonicTime.now - began)
    }
  }
}
