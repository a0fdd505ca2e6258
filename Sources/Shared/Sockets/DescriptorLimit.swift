import Libc

/// How many descriptors this process may have open.
package enum DescriptorLimit {
  /// Descriptors that the tasks of a process need, for a start: libdispatch opens some when the
  /// first task runs, and traps when there are none.
  private static let forTasks = 8

  /// Tries whether the process has descriptors for its tasks.
  /// - Throws: `SystemError` when it has not.
  static func check() throws(SystemError) {
    var spare: [Int32] = []
    defer { for descriptor in spare { _ = Platform.close(descriptor) } }
    for _ in 0..<forTasks {
      let descriptor = Platform.openNothing()
      if descriptor < 0 { throw SystemError(what: "no descriptors for tasks", errno: errno) }
      spare.append(descriptor)
    }
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
