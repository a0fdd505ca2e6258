import Libc

/// How many descriptors this process may have open.
package enum DescriptorLimit {
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
