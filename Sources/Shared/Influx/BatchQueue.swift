/// Decides when a batch is due. Pure: `BatchLog` asks for the `next` action, performs it and
/// reports the result.
///
/// A batch that is being written stays at the front, so that it need not be put back after a
/// failure; the next batch fills behind it.
struct BatchQueue<Element: Sendable & Equatable>: Sendable {
  private struct Entry {
    let element: Element
    let since: MonotonicTime
  }

  enum Action: Equatable {
    /// Write these, then call `stored`, `failed` or `rejected`.
    case write([Element])
    /// Ask again at this time, or when `append` returns `due`; nil: only then.
    case wait(until: MonotonicTime?)
    /// Nothing is left, and nothing will come.
    case finished
  }

  enum Appended {
    case kept
    /// Kept, and `next` has a new action.
    case due
    /// Not kept: there is no room.
    case full
  }

  private let batch: Int
  private let interval: Duration
  private let capacity: Int
  private var entries: [Entry] = []
  /// The number of entries at the front that are being written.
  private var writing = 0
  private var isFlushing = false

  /// - Parameters:
  ///   - batch: elements of a write, at most; a full batch is due at once.
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

  /// From now on all elements are due at once.
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

  /// The batch can never be stored; the next one is not held up.
  /// - Returns: its elements.
  mutating func rejected() -> [Element] { takeWritten() }

  /// Gives up all elements, those that are being written included.
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
