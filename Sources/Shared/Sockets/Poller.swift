/// What a socket is ready for, or should be watched for.
struct Readiness: OptionSet, Sendable {
  let rawValue: UInt8
  static let read = Readiness(rawValue: 1)
  static let write = Readiness(rawValue: 2)
  /// An error, or the end of both directions. Always reported.
  static let failure = Readiness(rawValue: 4)
}

/// A socket is ready.
struct PollEvent {
  /// The one with which the socket was added or changed last.
  let token: UInt64
  let readiness: Readiness

  /// Events of one wait, at most.
  static let perWait = 512
}

/// Which system call a loop waits with. `epoll` means poll(2) on a system that has no epoll.
package enum PollerKind: Sendable, Hashable {
  case epoll, poll
}

/// Waits until sockets are ready. Level-triggered: reports a socket again until it is read.
protocol Poller: AnyObject {
  /// - Returns: false when the kernel cannot watch another socket.
  func add(_ socket: Int32, token: UInt64, _ interest: Readiness) -> Bool
  func change(_ socket: Int32, token: UInt64, _ interest: Readiness)
  func remove(_ socket: Int32)
  /// Appends an event for each socket that is ready. Waits for the first one, at most so long (-1:
  /// without limit).
  /// - Returns: false when more sockets may be ready: there was no room for them, or a signal or a
  ///   stop ended the wait.
  func wait(milliseconds: Int32, into events: inout [PollEvent]) -> Bool
}
