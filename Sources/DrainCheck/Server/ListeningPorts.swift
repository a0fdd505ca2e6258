import Comparison
import Shared

/// The TCP ports of this machine at which a process listens (proc_net(5)), to tell which port a
/// server took instead of the one it was expected at.
enum ListeningPorts {
  /// None where there is no `/proc`.
  static func now() -> Set<UInt16> {
    Set(
      ["/proc/net/tcp", "/proc/net/tcp6"].flatMap { path -> [UInt16] in
        guard let bytes = try? Files.bytes(of: path) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { port($0) }
      })
  }

  /// `  0: 0100007F:1F90 00000000:0000 0A …`, state 0A is LISTEN.
  static func port(_ line: Substring) -> UInt16? {
    let words = line.split(separator: " ")
    guard words.count > 3, words[3] == "0A", let colon = words[1].lastIndex(of: ":") else {
      return nil
    }
    return UInt16(words[1][words[1].index(after: colon)...], radix: 16)
  }
}
