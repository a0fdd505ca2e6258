/// What a socket is ready for, or what its owner waits for.
struct Readiness: OptionSet, Sendable {
  let rawValue: UInt8
  static let read = Readiness(rawValue: 1)
  static let write = Readiness(rawValue: 2)
  /// An error, or the hang-up of both directions. Reported whether or not it was asked for.
  static let failure = Readiness(rawValue: 4)
}

/// A socket became ready; the token is the one it was added with.
struct Event {
  let token: UInt64
  let readiness: Readiness
}

/// Which system call a loop waits with. `epoll` means poll(2) on a system that has no epoll.
public enum PollerKind: Sendable, Hashable {
  case epoll, poll
}

/// Waits for sockets to become ready. Level-triggered: what was not read is reported again.
protocol Poller: AnyObject {
  /// False when the kernel has no room for another one.
  func add(_ socket: Int32, token: UInt64, _ interest: Readiness) -> Bool
  func change(_ socket: Int32, token: UInt64, _ interest: Readiness)
  func remove(_ socket: Int32)
  /// Appends what is ready; waits at most so long (-1: until something is).
  /// - Returns: false when more may be ready than was appended: there was no room for it, or a signal
  ///   or a stop ended the wait.
  func wait(milliseconds: Int32, into events: inout [Event]) -> Bool
}

enum Poll {
  /// Events of one wait, at most.
  static let capacity = 512
}
