import Synchronization

/// Limits the bytes that all connections of a server hold together: the part of a request that has
/// arrived, its body while a handler has it, and output that clients have not taken.
///
/// A connection may hold `Limits.free` bytes of input, of the request that is served and of output
/// without asking, so that small requests, probes included, are served whatever others hold. A
/// request that needs more takes the room for its whole body once its head has arrived; one that
/// gets none is not read on. Output cannot be refused: it counts, and may use up the budget. When
/// room is wanted, the request or the response that has held room longest makes some.
///
/// `used` is an atomic of its own, and all else is behind the lock: no two parts have to agree with
/// each other, since a share is changed by its connection's loop only.
final class BufferBudget: Sendable {
  /// What one connection has taken. Belongs to the connection's loop.
  struct Share {
    fileprivate(set) var input = 0
    fileprivate(set) var other = 0
    /// The request that arrives got no room.
    fileprivate(set) var isShort = false
    fileprivate var key: UInt64?

    /// The request that arrives has room for all of it.
    var isGranted: Bool { input > 0 && !isShort }
    var isEmpty: Bool { input == 0 && other == 0 && !isShort }
  }

  /// What a connection needs and holds now.
  struct Demand {
    /// For the request that arrives, the part that has not arrived yet included.
    var need: Int
    /// For the part that has arrived.
    var held: Int
    /// Bodies that handlers have, and output.
    var other: Int
  }

  private struct Holder {
    let since: MonotonicTime
    /// It waits for room itself: it makes room only when nothing else does.
    var isShort: Bool
    let makeRoom: @Sendable () -> Void

    func makesRoom(before other: Holder) -> Bool {
      isShort == other.isShort ? since < other.since : other.isShort
    }
  }

  private struct State {
    var holders: [UInt64: Holder] = [:]
    var lastKey: UInt64 = 0
    /// The holder that makes room now, and since when: one at a time.
    var relief: (key: UInt64, since: MonotonicTime)?
  }

  /// How long a holder is left alone while others want room.
  static let patience = Duration.seconds(1)

  private let limit: Int
  private let used = Atomic<Int>(0)
  private let state = Lock(State())

  init(_ limit: Int) { self.limit = limit }

  /// Whether nothing is left for those that must ask.
  var isUsedUp: Bool { used.load(ordering: .relaxed) >= limit }

  /// How much of it is taken.
  var taken: Int { used.load(ordering: .relaxed) }

  /// Adjusts a connection's share to what it needs and holds.
  /// - Parameter makeRoom: called from any thread, at most once, when the connection has to make
  ///   room for others.
  func settle(
    _ share: inout Share, _ demand: Demand, at now: MonotonicTime,
    makeRoom: () -> @Sendable () -> Void
  ) {
    let wasShort = share.isShort
    add(demand.other - share.other)
    share.other = demand.other
    let keep = max(demand.need, demand.held)
    if demand.need <= share.input {
      add(keep - share.input)
      share.input = keep
      share.isShort = false
    } else if take(keep - share.input) {
      share.input = keep
      share.isShort = false
    } else {
      add(demand.held - share.input)
      share.input = demand.held
      share.isShort = true
    }
    if share.input == 0, share.other == 0 { return leave(&share) }
    if share.key == nil {
      enter(&share, Holder(since: now, isShort: share.isShort, makeRoom: makeRoom()))
    } else if share.isShort != wasShort {
      change(share)
    }
  }

  /// Gives back all that a connection has taken.
  /// - Parameter rest: what stays taken. It can make no room.
  func release(_ share: inout Share, but rest: Int = 0) {
    add(rest - share.input - share.other)
    leave(&share)
    share = Share()
    share.other = rest
  }

  /// The connection could make no room, since a handler has its body: another one is asked, and
  /// this one again after its next change.
  func stays(_ share: inout Share) { leave(&share) }

  /// Lets the holder that has held room longest make some, unless it began a moment ago, or another
  /// one is about to.
  func relieve(at now: MonotonicTime) {
    let holder = state.withLock { state -> Holder? in
      if let relief = state.relief, now - relief.since < Self.patience { return nil }
      let oldest = state.holders.lazy.filter { now - $0.value.since >= Self.patience }
        .min { $0.value.makesRoom(before: $1.value) }
      guard let oldest else { return nil }
      state.relief = (oldest.key, now)
      return state.holders.removeValue(forKey: oldest.key)
    }
    holder?.makeRoom()
  }

  private func take(_ bytes: Int) -> Bool {
    let (_, sum) = used.wrappingAdd(bytes, ordering: .relaxed)
    if sum <= limit { return true }
    used.wrappingSubtract(bytes, ordering: .relaxed)
    return false
  }

  private func add(_ bytes: Int) {
    if bytes != 0 { used.wrappingAdd(bytes, ordering: .relaxed) }
  }

  private func enter(_ share: inout Share, _ holder: Holder) {
    share.key = state.withLock { state in
      state.lastKey += 1
      state.holders[state.lastKey] = holder
      return state.lastKey
    }
  }

  private func leave(_ share: inout Share) {
    guard let key = share.key.take() else { return }
    state.withLock { state in
      state.holders[key] = nil
      if state.relief?.key == key { state.relief = nil }
    }
  }

  private func change(_ share: Share) {
    guard let key = share.key else { return }
    state.withLock { $0.holders[key]?.isShort = share.isShort }
  }
}
