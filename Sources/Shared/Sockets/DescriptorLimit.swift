import Libc

/// How many descriptors this process may have open.
package enum DescriptorLimit {
  /// Descriptors that the tasks of a process need: libdispatch opens some when the first task runs,
  /// looks once a second in `/proc` for its threads, and traps when there are none.
  private static let forTasks = 8

  /// No connection keeps a descriptor from this number on. The kernel gives the lowest number that
  /// is free (open(2)), so those of tasks stay free.
  static var ceiling: Int32 { Int32(clamping: soft() - forTasks) }

  /// Looks whether the process may open so many descriptors and those of its tasks. It opens none:
  /// a task that needs one at that moment would trap.
  /// - Throws: `SystemError` when it may not.
  static func check(for count: Int) throws(SystemError) {
    let limit = Int32(clamping: soft())
    var left = forTasks + count
    var descriptor: Int32 = 0
    while left > 0 {
      guard descriptor < limit else {
        throw SystemError(what: "no descriptors for tasks", errno: EMFILE)
      }
      if fcntl(descriptor, F_GETFD) < 0 { left -= 1 }
      descriptor += 1
    }
  }

  /// The limit in force; the largest number when the system does not say.
  private static func soft() -> Int {
    var limit = rlimit()
    return getrlimit(Platform.openFiles, &limit) == 0 ? Int(clamping: limit.rlim_cur) : .max
  }

  /// Raises the soft limit to the hard one, at most to 2^20. It lowers none.
  /// - Returns: the limit that is in force then; 0 when the system does not say.
  @discardableResult
  package static func raise() -> UInt64 {
    var limit = rlimit()
    guard getrlimit(Platform.openFiles, &limit) == 0 else { return 0 }
    limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, 1 << 20))
    _ = setrlimit(Platform.openFiles, &limit)
    guard getrlimit(Platform.openFiles, &limit) == 0 else { return 0 }
    return UInt64(limit.rlim_cur)
  }
}
