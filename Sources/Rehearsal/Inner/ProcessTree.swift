import Comparison
import Libc
import Shared

/// The processes of a server, as `/proc` shows them; none where there is no `/proc`.
enum ProcessTree {
  /// All that descend from a process, without itself.
  static func descendants(of root: pid_t) -> [pid_t] {
    let children = Dictionary(grouping: all().compactMap { pid in state(pid).map { (pid, $0) } }) {
      $0.1.parent
    }
    var found: [pid_t] = []
    var next = [root]
    while let parent = next.popLast() {
      let own = (children[parent] ?? []).map(\.0)
      found += own
      next += own
    }
    return found
  }

  /// Those with a text in the environment that they were started with: also those that went into
  /// the background and have another parent now.
  static func marked(_ mark: String) -> [pid_t] {
    all().filter { pid in
      guard let bytes = try? Files.bytes(of: "/proc/\(pid)/environ") else { return false }
      return bytes.split(separator: 0).contains { $0.elementsEqual(mark.utf8) }
    }
  }

  /// Kills those until none is left, for 2 s at most. No event tells that a process of another
  /// parent has ended; and while one executes a program, its environment is empty for a moment, so
  /// one look is not enough.
  static func killAll(marked mark: String) {
    let deadline = MonotonicTime.now + .seconds(2)
    var looks = 0
    while looks < 2, .now < deadline {
      let left = marked(mark)
      for pid in left { kill(pid, SIGKILL) }
      looks = left.isEmpty ? looks + 1 : 0
      usleep(2000)
    }
  }

  /// Whether it is stopped by a signal.
  static func isStopped(_ pid: pid_t) -> Bool { state(pid)?.letter == "T" }

  /// Whether a signal waits for a process until it goes on.
  static func isPending(_ signal: Int32, for pid: pid_t) -> Bool {
    lines("/proc/\(pid)/status").contains { line in
      guard line.hasPrefix("ShdPnd:") || line.hasPrefix("SigPnd:"),
        let set = UInt64(line.dropFirst(7).filter { $0.isHexDigit }, radix: 16)
      else { return false }
      return set & 1 << UInt64(signal - 1) != 0
    }
  }

  /// Those of this process's namespace.
  static func all() -> [pid_t] { Files.names(in: "/proc").compactMap { pid_t($0) } }

  /// The inodes of its sockets.
  static func sockets(of pid: pid_t) -> [Substring] {
    let folder = "/proc/\(pid)/fd"
    return Files.names(in: folder).compactMap { name in
      var target = [CChar](repeating: 0, count: 64)
      guard readlink("\(folder)/\(name)", &target, target.count - 1) > 0 else { return nil }
      let text = String(
        decoding: target.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      return text.hasPrefix("socket:[") ? text.dropFirst(8).dropLast() : nil
    }
  }

  /// Its name, unless it has ended and only waits to be reaped.
  static func livingName(_ pid: pid_t) -> String? {
    guard let state = state(pid), state.letter != "Z", state.letter != "X" else { return nil }
    return state.name
  }

  /// `12 (node) S 1 …`, proc_pid_stat(5); the name may hold parentheses and spaces.
  private static func state(_ pid: pid_t) -> (name: String, letter: String, parent: pid_t)? {
    guard let line = lines("/proc/\(pid)/stat").first, let open = line.firstIndex(of: "("),
      let close = line.lastIndex(of: ")")
    else { return nil }
    let words = line[line.index(after: close)...].split(separator: " ")
    guard words.count > 1, let parent = pid_t(words[1]) else { return nil }
    return (String(line[line.index(after: open)..<close]), String(words[0]), parent)
  }

  private static func lines(_ path: String) -> [Substring] {
    guard let bytes = try? Files.bytes(of: path) else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
  }
}
