/// The deadline of a stage of the stop, so that no stage takes for ever.
enum Deadline {
  private enum Cause: Sendable {
    case time, signal, cancellation
  }

  /// How long a cut may take. An event loop that a handler blocks cannot be cut, and is given up.
  static let patience = Duration.seconds(1)

  /// Waits for `work`, and calls `cut` once if the deadline or a signal comes first. The time is
  /// counted by a thread of its own (`Countdown`).
  /// - Parameters:
  ///   - limit: how long `work` may take, in the time in which the process runs (`RunningTime`).
  ///   - signals: the next signal cuts at once; a signal after `work` is left to the next stage.
  ///   - cut: makes `work` return; gets the reason.
  ///   - giveUp: the result when `work` has not returned within `patience` of the cut; then `work`
  ///     goes on without anything that waits for it. Nil: the cut cannot fail.
  static func after<Result: Sendable>(
    _ limit: Duration, or signals: Signals?, cut: @escaping @Sendable (String) async -> Void,
    whileWaitingFor work: @escaping @Sendable () async -> Result,
    orGiveUp giveUp: (@Sendable () -> Result)? = nil
  ) async -> Result {
    let result = Promise<Result>()
    Task { result.fulfil(await work()) }
    let cutter = Task {
      let cause = await first(limit, or: signals)
      // When the work ends at the same moment, there is nothing to cut, and the signal is meant for
      // the next stage.
      if Task.isCancelled {
        if cause == .signal { signals?.putBack() }
        return
      }
      let reason: String
      switch cause {
      case .time: reason = "not done within \(limit)"
      case .signal: reason = "another signal came"
      case .cancellation: return
      }
      let cutting = Task { await cut(reason) }
      if let giveUp, await Countdown.wait(patience) {
        result.fulfil(giveUp())
      } else {
        await cutting.value
      }
    }
    let value = await result.wait()
    cutter.cancel()
    await cutter.value
    return value
  }

  private static func first(_ limit: Duration, or signals: Signals?) async -> Cause {
    await withTaskGroup(of: Cause.self) { group in
      group.addTask { await Countdown.wait(limit) ? .time : .cancellation }
      if let signals {
        group.addTask { await signals.next() ? .signal : .cancellation }
      }
      var cause = await group.next() ?? .cancellation
      group.cancelAll()
      // A signal that was taken counts, also when the deadline came first.
      for await other in group where other == .signal { cause = .signal }
      return cause
    }
  }
}
