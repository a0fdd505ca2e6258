import Comparison

/// What a connection to a pod's address meets, beyond what loopback shows by itself. The address of
/// a deleted pod goes away a moment after its last process ended; a connection made then is neither
/// accepted nor refused but hangs (as measured on a real cluster). A container that is restarted
/// keeps the address.
struct AddressLife: Sendable {
  enum Outcome: Equatable, Sendable {
    /// The address is there: what happens is the kernel's answer.
    case dial
    /// Nobody answers; it ends as `unreachable` at this instant.
    case unreachable(at: Duration)
  }

  private let gone: Duration
  private let hang: Duration
  private var goneAt: Duration?

  /// - Parameters:
  ///   - gone: from the end of a deleted pod until its address is away.
  ///   - hang: from a connection's start until it ends as unreachable.
  init(gone: Duration = .milliseconds(200), hang: Duration = .seconds(3)) {
    self.gone = gone
    self.hang = hang
  }

  /// The pod is deleted and its last process has ended.
  mutating func podEnded(at now: Duration) { goneAt = goneAt ?? now + gone }

  func connect(at now: Duration) -> Outcome {
    if let goneAt, now >= goneAt { .unreachable(at: now + hang) } else { .dial }
  }
}
