import Libc
import Shared
import Testing

@testable import Comparison
@testable import Rehearsal

/// The executable that was built beside the tests, as the harness of real pods.
enum BuiltHarness {
  static let path: String = {
    var buffer = [CChar](repeating: 0, count: 4096)
    let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let own =
      length > 0
      ? String(decoding: buffer[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
      : CommandLine.arguments[0]
    return own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
      separator: "/") + "/Rehearsal"
  }()
}

/// Waits for events of pods, all with a limit that only a failure reaches.
enum Await {
  static let limit: Duration = .seconds(20)

  struct TookTooLong: Error {}

  /// Until the descriptor can be read or is at its end.
  static func readable(_ descriptor: Int32) throws {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let milliseconds = Int32(limit / .milliseconds(1))
    while true {
      let count = poll(&waiting, 1, milliseconds)
      if count > 0 { return }
      if count == 0 { throw TookTooLong() }
    }
  }

  /// All that comes until `end` was read, or until the end of the stream.
  static func output(of descriptor: Int32, until end: String? = nil) throws -> String {
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count == 0 { break }
      guard count > 0 else {
        try readable(descriptor)
        continue
      }
      text += buffer[..<count]
      if let end, String(decoding: text, as: UTF8.self).contains(end) { break }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The exits of so many pods.
  static func exits(_ count: Int, of group: PodGroup) throws -> [PodExit] {
    var exits: [PodExit] = []
    while exits.count < count {
      try readable(group.descriptor)
      exits += group.takeExits()
    }
    return exits
  }
}
