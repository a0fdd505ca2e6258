/// The room that the connection takes, and makes for others: of connections and of buffered bytes.
extension Connection {
  /// Closes to make room for another connection, if this one has been idle since then, and has no
  /// request waiting to be read.
  /// - Returns: whether it closed.
  func makeRoom(ifIdleSince time: MonotonicTime, on loop: isolated EventLoop) -> Bool {
    guard let since = idleSince, since <= time else { return false }
    if let action = read(on: loop) { perform(action, on: loop) }
    // A request that was there may have been answered: its client has another one to send.
    if idleSince == since { perform(state.crowdedOut(), on: loop) }
    settle(on: loop)
    return state.phase == .closed
  }

  /// Since when it has been idle; nil when it is not.
  var idleSince: MonotonicTime? {
    state.phase == .idle && timer.timeout == .idle ? timer.began : nil
  }

  /// Makes room for the requests and responses of others.
  private func crowdOut(on loop: isolated EventLoop) {
    // It was asked a moment ago, and may have nothing left to give.
    guard !share.isEmpty else { return }
    let action = state.crowdedOut()
    if case .wait = action { worker.budget.stays(&share) }
    perform(action, on: loop)
    settle(on: loop)
  }

  /// Whether input is read now; it may have been more than enough since the loop last watched.
  func mayRead(on loop: isolated EventLoop) -> Bool {
    !state.keepsInputWaiting || parser.buffered < worker.pipelineBuffer(on: loop)
  }

  /// What lingers is read, and dropped when there is no room to count it. Room is granted for one
  /// request: what comes while that one is served has to ask like any other.
  var inputRoom: Int {
    let isGranted = state.parses && share.isGranted
    if isGranted || !worker.budget.isUsedUp || !state.keepsInput { return .max }
    return max(0, Limits.free - parser.buffered)
  }

  /// A connection with small messages never gets as far as the budget.
  func takeRoom(on loop: isolated EventLoop) {
    let need = state.parses ? parser.need : 0
    let held = parser.capacity > Limits.free ? parser.capacity : 0
    let other = servedBytes + (output.capacity > Limits.free ? output.capacity : 0)
    if need == 0, held == 0, other == 0, share.isEmpty { return }
    let wasGranted = share.isGranted
    let demand = BufferBudget.Demand(need: need, held: held, other: other)
    worker.budget.settle(&share, demand, at: loop.now) {
      let connection = LoopBound(self, on: loop)
      return { connection.loop.executor.post { connection.get(on: $0).crowdOut(on: $0) } }
    }
    if share.isGranted, !wasGranted { parser.makeRoom() }
    if share.isShort || worker.budget.isUsedUp { worker.waitForRoom(self, on: loop) }
  }
}
