/// Tells handlers that their server drains, so that a long poll or a stream of events ends by
/// itself: the drain waits for handlers, and cancels them at its deadline only.
///
///     .get("/events") { _, loop in
///       Response(.ok, body: .stream { events in
///         while try await !DrainNotice.current.begins(within: .seconds(1), on: loop) {
///           try await events.write(tick())
///         }
///         try await events.write(goodbye())
///       })
///     }
public final class DrainNotice: Sendable {
  private struct State {
    var hasBegun = false
    var waiting: [ObjectIdentifier: Promise<Bool>] = [:]
  }

  /// The notice of the loop that serves the calling handler's connection, and of the tasks that it
  /// starts.
  /// Elsewhere one that never begins; so for an `ImmediateHandler` that is called before the drain.
  @TaskLocal public static var current = DrainNotice()

  private let state = Lock(State())

  init() {}

  /// Whether the drain has begun.
  public var hasBegun: Bool { state.withLock { $0.hasBegun } }

  /// Suspends for a duration, or until the drain begins.
  /// - Returns: whether it has begun.
  /// - Throws: `CancellationError` when the task is cancelled, as at the deadline of the drain.
  public func begins(within duration: Duration, on loop: isolated EventLoop) async throws -> Bool {
    let begins = Promise<Bool>()
    let hasBegun = state.withLock { state in
      if !state.hasBegun { state.waiting[ObjectIdentifier(begins)] = begins }
      return state.hasBegun
    }
    if hasBegun { return true }
    let timer = LoopTimer()
    timer.set(at: .now + duration, on: loop) { _ in begins.fulfil(false) }
    let result = await begins.wait(onCancel: false)
    timer.clear(on: loop)
    state.withLock { _ = $0.waiting.removeValue(forKey: ObjectIdentifier(begins)) }
    try Task.checkCancellation()
    return result
  }

  func begin() {
    let waiting = state.withLock { state in
      state.hasBegun = true
      defer { state.waiting = [:] }
      return state.waiting.values
    }
    for begins in waiting { begins.fulfil(true) }
  }
}
