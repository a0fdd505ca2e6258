import Libc

/// How many descriptors this process may have open.
package enum DescriptorLimit {
  /// Descriptors that the tasks of a process need: libdispatch opens some when the first task runs,
  /// looks once a second in `/proc` for its threads, and traps when there are none.
  private static let forTasks = 8
  /// Descriptors for a look-up of a name, and for some connections to other servers.
  private static let forClients = 8

  /// Looks whether the process may open so many descriptors and those of its tasks.
  /// - Throws: `SystemError` when it may not.
  static func check(for count: Int) throws(SystemError) {
    guard free(atMost: forTasks + count) == forTasks + count else {
      throw SystemError(what: "no descriptors for tasks", errno: EMFILE)
    }
  }

  /// How many connections a server may have without taking the descriptors of the rest: at least
  /// one.
  static func forConnections() -> Int {
    let limit = soft()
    // To count more takes longer than a start may; what is open by now is little beside it.
    guard limit <= 1 << 14 else { return limit - 1 << 10 }
    return max(1, free(atMost: limit) - forTasks - forClients)
  }

  /// How many more descriptors the process may open; it looks for no more than asked for. It opens
  /// none meanwhile: a task that needs one at that moment would trap.
  private static func free(atMost count: Int) -> Int {
    let limit = Int32(clamping: soft())
    var found = 0
    var descriptor: Int32 = 0
    while found < count, descriptor < limit {
      if fcntl(descriptor, F_GETFD) < 0 { found += 1 }
      descriptor += 1
    }
    return found
  }

  /// The limit in force; the largest number when the system does not say.
  private static func soft() -> Int {
    var limit = rlimit()
    return getrlimit(Platform.openFiles, &limit) == 0 ? Int(clamping: limit.rlim_cur) : .max
  }

  /// Raises the soft limit to the hard one, at most to 2^20.
  /// - Returns: the limit that is in force then; 0 when the system does not say.
  @discardableResult
  package static func raise() -> UInt64 {
    var limit = rlimit()
    guard getrlimit(Platform.openFiles, &limit) == 0 else { return 0 }
    limit.rlim_cur = min(limit.rlim_max, 1 << 20)
    _ = setrlimit(Platform.openFiles, &limit)
    guard getrlimit(Platform.openFiles, &limit) == 0 else { return 0 }
    return UInt64(limit.rlim_cur)
  }
}
