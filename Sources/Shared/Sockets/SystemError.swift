import Libc

/// The system refuses what the process needs, such as a descriptor or a thread; the description is
/// one line for an operator.
public struct SystemError: Error, Equatable, CustomStringConvertible {
  /// What the process needs, such as "no descriptor for an event loop".
  let what: String
  /// The kernel's reason.
  let errno: Int32

  /// One line: what is missing, and why.
  public var description: String { "\(what): \(String(cString: strerror(errno)))" }
}
