/// The deadline of a stage of the stop, so that no stage takes for ever.
enum Deadline {
  private enum Cause: Sendable {
    case time, signal, cancellation
  }

  /// Waits for `work`, and calls `cut` once if the deadline or a signal comes first.
  /// - Parameters:
  ///   - limit: how long `work` may take, in the time in which the process runs (`RunningTime`).
  ///   - signals: the next signal cuts at once; a signal after `work` is left to the next stage.
  ///   - cut: makes `work` return; gets the reason.
  static func after<Result: Sendable>(
    _ limit: Duration, or signals: Signals?, cut: @escaping @Sendable (String) async -> Void,
    whileWaitingFor work: @Sendable () async -> Result
  ) async -> Result {
    let cutter = Task {
      let cause = await first(limit, or: signals)
      // When the work ends at the same moment, there is nothing to cut, and the signal is meant for
      // the next stage.
      if Task.isCancelled {
        if cause == .signal { signals?.putBack() }
        return
      }
      switch cause {
      case .time: await cut("not done within \(limit)")
      case .signal: await cut("another signal came")
      case .cancellation: break
      }
    }
    let result = await work()
    cutter.cancel()
    await cutter.value
    return result
  }

  private static func first(_ limit: Duration, or signals: Signals?) async -> Cause {
    await withTaskGroup(of: Cause.self) { group in
      group.addTask {
        (try? await RunningTime.sleep(for: limit)) == nil ? .cancellation : .time
      }
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
