/// A value that comes once, and the tasks that wait for it, in any order and on any thread.
///
/// No wake-up is lost. The promise exists before anything can fulfil it, and its value and its
/// waiting tasks are one state behind one lock, so that only two orders are left. A value that
/// comes first stays: a task that waits later finds it and does not suspend. A task that waits
/// first stays: the value that comes later finds its continuation. Code that waits therefore makes
/// the promise, hands it to the timer, list or thread that will fulfil it, and awaits it. Whatever
/// happens between those steps, other tasks on the same loop included, leaves its mark in the
/// promise.
///
/// Each continuation resumes exactly once, which makes the unchecked kind right: only `wait` stores
/// one, and only the transition to `fulfilled`, which happens once, takes them all out.
package final class Promise<Value: Sendable>: Sendable {
  private enum State {
    case pending([UnsafeContinuation<Value, Never>])
    case fulfilled(Value)
  }

  private let state = Lock(State.pending([]))

  package init() {}

  /// Whether the promise has its value.
  package var isFulfilled: Bool {
    state.withLock { if case .fulfilled = $0 { true } else { false } }
  }

  /// Gives the promise its value, and wakes all tasks that wait for it. The first value counts.
  /// - Returns: false when the promise had a value before; that one stays.
  @discardableResult
  package func fulfil(_ value: Value) -> Bool {
    let waiting = state.withLock { state -> [UnsafeContinuation<Value, Never>]? in
      guard case .pending(let waiting) = state else { return nil }
      state = .fulfilled(value)
      return waiting
    }
    guard let waiting else { return false }
    for continuation in waiting { continuation.resume(returning: value) }
    return true
  }

  /// Suspends until there is a value. Any number of tasks may wait; cancellation does not wake
  /// them.
  package func wait(isolation: isolated (any Actor)? = #isolation) async -> Value {
    await withUnsafeContinuation { continuation in
      let value = state.withLock { state -> Value? in
        switch state {
        case .pending(let waiting):
          state = .pending(waiting + CollectionOfOne(continuation))
          return nil
        case .fulfilled(let value):
          return value
        }
      }
      if let value { continuation.resume(returning: value) }
    }
  }

  /// Suspends until there is a value. When the waiting task is cancelled first, or was before,
  /// that fulfils the promise: for a promise that one task waits for.
  /// - Parameter fallback: the value that cancellation gives.
  package func wait(
    onCancel fallback: Value, isolation: isolated (any Actor)? = #isolation
  ) async -> Value {
    await withTaskCancellationHandler {
      await wait()
    } onCancel: {
      fulfil(fallback)
    }
  }
}

extension Promise<Void> {
  /// Wakes all tasks that wait.
  @discardableResult
  package func fulfil() -> Bool { fulfil(()) }
}
