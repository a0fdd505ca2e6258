/// What one viewer has yet to get. Bounded: a viewer that reads too slowly loses what waits for it,
/// and gets a fresh snapshot when it reads on.
struct ViewerQueue: Sendable {
  /// What to send next.
  enum Next: Equatable, Sendable {
    /// The whole state; the events before it are contained in it.
    case snapshot
    case event([UInt8])
  }

  /// Events that may wait: some eight seconds of a rehearsal.
  static let limit = 16

  private var waiting: [[UInt8]] = []
  private var needsSnapshot = true

  var isEmpty: Bool { !needsSnapshot && waiting.isEmpty }

  mutating func append(_ event: [UInt8]) {
    // It is contained in the snapshot that is still to be made.
    guard !needsSnapshot else { return }
    guard waiting.count < Self.limit else { return drop() }
    waiting.append(event)
  }

  /// Everything is different now.
  mutating func drop() {
    waiting = []
    needsSnapshot = true
  }

  /// Nil while there is nothing to send.
  mutating func next() -> Next? {
    if needsSnapshot {
      needsSnapshot = false
      return .snapshot
    }
    return waiting.isEmpty ? nil : .event(waiting.removeFirst())
  }
}
