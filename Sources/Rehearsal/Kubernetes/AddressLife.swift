/// What a connection to a pod's address meets, beyond what loopback shows by itself.
///
/// The address of a deleted pod goes away a moment after its last process ended: the kubelet takes
/// the network namespace down. A connection made then is neither accepted nor refused. What happens
/// is the node's neighbour table (Linux, net/core/neighbour.c; arp(7)), which does not hear of it:
///
/// - The entry is still fresh. `base_reachable_time` is 30 s, of which a random half to three
///   halves count, and each probe of the kubelet confirms it, so this is the usual case. The kernel
///   goes on sending to the old link-layer address, and no answer ever comes: the connection hangs
///   until the client gives up.
/// - The entry has failed, or there is none. The kernel asks for the address `mcast_solicit` = 3
///   times, `retrans_time` = 1 s apart, and then reports EHOSTUNREACH.
///
/// On real clusters 185 of 233 such connections hung, the others ended unreachable. A container
/// that is restarted keeps the address.
struct AddressLife: Sendable {
  enum Reach: Equatable, Sendable {
    /// The address is there: what happens is the kernel's answer.
    case dial
    /// No answer comes, and no error.
    case unanswered
    /// No answer comes; the connection ends as `unreachable` at this instant.
    case unreachable(at: Duration)
  }

  /// What the neighbour table has of a pod when its address goes away.
  enum Neighbour: Sendable {
    case fresh
    case failed
  }

  /// The share of pods whose entry is fresh.
  static let freshShare = 0.8
  /// Three requests for the link-layer address, one second apart.
  static let solicitation = Duration.seconds(3)

  private let gone: Duration
  private let hang: Duration?
  private let neighbour: Neighbour
  private var goneAt: Duration?

  /// - Parameters:
  ///   - gone: from the end of a deleted pod until its address is away.
  ///   - hang: from a connection's start until it ends as unreachable, whatever the neighbour table
  ///     has; nil: as that says.
  init(gone: Duration = .milliseconds(200), hang: Duration? = nil, neighbour: Neighbour) {
    self.gone = gone
    self.hang = hang
    self.neighbour = neighbour
  }

  /// The pod is deleted and its last process has ended.
  mutating func podEnded(at now: Duration) { goneAt = goneAt ?? now + gone }

  func connect(at now: Duration) -> Reach {
    guard let goneAt, now >= goneAt else { return .dial }
    if let hang { return .unreachable(at: now + hang) }
    return neighbour == .fresh ? .unanswered : .unreachable(at: now + Self.solicitation)
  }
}
