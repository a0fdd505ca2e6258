import Libc

/// How many processors this process may use: not those of the node, which a pod shares.
package enum Processors {
  /// The processors of the process's affinity, or fewer where a cgroup has a quota: a quota of one
  /// and a half is two. Looked up once: a change needs another process.
  package static let usable = quotas.reduce(affinity() ?? Platform.cores, min)

  /// The quotas of the process's cgroup and of those above it, in whole processors.
  private static var quotas: [Int] {
    let groups = text(of: "/proc/self/cgroup")
    var quotas: [Int] = []
    for folder in folders(groups) {
      if let quota = quota(text(of: folder + "/cpu.max")) { quotas.append(quota) }
      let parts =
        text(of: folder + "/cpu.cfs_quota_us") + " " + text(of: folder + "/cpu.cfs_period_us")
      if let quota = quota(parts) { quotas.append(quota) }
    }
    return quotas
  }

  /// Where a quota may stand, given `/proc/self/cgroup` (cgroups(7)): the process's cgroup and
  /// those above it, up to the root of what the process sees.
  static func folders(_ groups: String) -> [String] {
    var folders: [String] = []
    for line in groups.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let root: String
      if parts[1].isEmpty {
        root = "/sys/fs/cgroup"  // version 2
      } else if parts[1].split(separator: ",").contains("cpu") {
        root = "/sys/fs/cgroup/cpu"
      } else {
        continue
      }
      var names = parts[2].split(separator: "/")
      while true {
        folders.append(([root] + names.map(String.init)).joined(separator: "/"))
        if names.popLast() == nil { break }
      }
    }
    return folders
  }

  /// The processors that the calling thread may run on (sched_getaffinity(2)). Nil on a machine
  /// with more than 1,024 of them, with Musl, whose `Platform.cores` is that number already, and on
  /// macOS, where threads have no affinity to a processor.
  static func affinity() -> Int? {
    #if canImport(Glibc)
      var set = cpu_set_t()
      guard sched_getaffinity(0, MemoryLayout<cpu_set_t>.size, &set) == 0 else { return nil }
      return withUnsafeBytes(of: set) { $0.reduce(0) { $0 + $1.nonzeroBitCount } }
    #else
      return nil
    #endif
  }

  /// The processors of a quota, rounded up: `150000 100000` are two. Nil without one: `max`, or -1.
  static func quota(_ text: String) -> Int? {
    let words = text.split { $0 == " " || $0 == "\n" }
    guard words.count == 2, let quota = Int(words[0]), let period = Int(words[1]), quota > 0,
      period > 0
    else { return nil }
    return max(1, (quota - 1) / period + 1)
  }

  /// A small file; empty when it cannot be read.
  private static func text(of path: String) -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { _ = Platform.close(file) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 4096)
    while case let count = read(file, &part, part.count), count > 0 { bytes += part.prefix(count) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
