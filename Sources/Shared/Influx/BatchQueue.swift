/// What waits to be written in batches, and what is being written. Pure: who acts asks `next`, and
/// says how it went.
///
/// A batch that is being written stays at the front, so that one that fails need not be put back,
/// while the next one fills behind it.
struct BatchQueue<Element: Sendable & Equatable>: Sendable {
  private struct Entry {
    let element: Element
    let since: MonotonicTime
  }

  enum Action: Equatable {
    /// Write these, then call `stored`, `failed` or `rejected`.
    case write([Element])
    /// Ask again then, or when `append` says so; nil: not before it does.
    case wait(until: MonotonicTime?)
    /// Nothing is left, and nothing is to come.
    case finished
  }

  enum Appended {
    case kept
    /// Kept, and `next` has a new answer.
    case due
    /// No room: the caller has it still.
    case full
  }

  private let batch: Int
  private let interval: Duration
  private let capacity: Int
  private var entries: [Entry] = []
  /// How many of them, at the front, are being written; 0: none.
  private var writing = 0
  private var isFlushing = false

  /// - Parameters:
  ///   - batch: elements of a write, at most; so many are written without waiting for more.
  ///   - interval: how long an element waits for others.
  ///   - capacity: elements that wait or are being written.
  init(batch: Int, interval: Duration, capacity: Int) {
    self.batch = batch
    self.interval = interval
    self.capacity = capacity
  }

  var count: Int { entries.count }

  mutating func append(_ element: Element, at now: MonotonicTime) -> Appended {
    if entries.count >= capacity { return .full }
    entries.append(Entry(element: element, since: now))
    guard writing == 0 else { return .kept }
    return entries.count == 1 || entries.count == batch || isFlushing ? .due : .kept
  }

  /// Everything is due at once from now on.
  mutating func flush() { isFlushing = true }

  mutating func next(at now: MonotonicTime) -> Action {
    if writing > 0 { return .wait(until: nil) }
    guard let oldest = entries.first else { return isFlushing ? .finished : .wait(until: nil) }
    let due = oldest.since + interval
    guard isFlushing || entries.count >= batch || due <= now else { return .wait(until: due) }
    writing = min(batch, entries.count)
    return .write(entries[..<writing].map(\.element))
  }

  /// The batch is stored.
  mutating func stored() { _ = takeWritten() }

  /// The batch may be stored later.
  mutating func failed() { writing = 0 }

  /// The batch will never be stored, and does not stop the next.
  /// - Returns: its elements.
  mutating func rejected() -> [Element] { takeWritten() }

  /// Gives up everything, the batch that is being written included: nobody waits for it any more.
  mutating func close() -> [Element] {
    defer { entries = [] }
    writing = 0
    isFlushing = true
    return entries.map(\.element)
  }

  private mutating func takeWritten() -> [Element] {
    defer {
      entries.removeFirst(writing)
      writing = 0
    }
    return entries[..<writing].map(\.element)
  }
}
