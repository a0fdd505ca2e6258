/// The end of a stage that finishes things: nothing may take for ever.
enum Cutoff {
  /// Waits for `work`, and calls `cut` once if a time or a signal comes first: it has to make
  /// `work` return.
  /// - Parameters:
  ///   - limit: how long `work` may take.
  ///   - signals: the next signal cuts at once; one that comes after `work` is left to the next
  ///     stage.
  static func after<Result: Sendable>(
    _ limit: Duration, or signals: Signals?, cut: @escaping @Sendable (String) async -> Void,
    whileWaitingFor work: @Sendable () async -> Result
  ) async -> Result {
    let cutter = Task {
      let reason = await withTaskGroup(of: String.self) { group in
        group.addTask {
          try? await Task.sleep(for: limit)
          return "not done within \(limit)"
        }
        if let signals {
          group.addTask {
            await signals.next()
            return "another signal came"
          }
        }
        let reason = await group.next() ?? ""
        group.cancelAll()
        return reason
      }
      if !Task.isCancelled { await cut(reason) }
    }
    let result = await work()
    cutter.cancel()
    return result
  }
}
