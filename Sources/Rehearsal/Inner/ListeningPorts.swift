import Comparison
import Libc
import Shared

/// The TCP ports at which processes listen (proc_net(5)), to tell which port a server took instead
/// of the one it was expected at. None where there is no `/proc`.
enum ListeningPorts {
  static func of(_ pids: [pid_t]) -> [UInt16] {
    let sockets = Set(pids.flatMap { ProcessTree.sockets(of: $0) })
    guard !sockets.isEmpty else { return [] }
    let ports = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap { path -> [UInt16] in
      guard let bytes = try? Files.bytes(of: path) else { return [] }
      return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
        listener(line).flatMap { sockets.contains($0.inode) ? $0.port : nil }
      }
    }
    return Set(ports).sorted()
  }

  /// `  0: 0100007F:1F90 00000000:0000 0A … 0 0 12345 …`: state 0A is LISTEN, the tenth word
  /// the socket's inode.
  static func listener(_ line: Substring) -> (port: UInt16, inode: Substring)? {
    let words = line.split(separator: " ")
    guard words.count > 9, words[3] == "0A", let colon = words[1].lastIndex(of: ":"),
      let port = UInt16(words[1][words[1].index(after: colon)...], radix: 16)
    else { return nil }
    return (port, words[9])
  }
}
