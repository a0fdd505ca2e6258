import Libc
import Shared

/// The environment of this process.
package enum Environment {
  /// All of it, as `NAME=value`.
  package static var all: [String] {
    var entries: [String] = []
    var next = environ
    while let entry = next.pointee {
      entries.append(String(cString: entry))
      next += 1
    }
    return entries
  }

  /// All but what make adds for its own sake.
  package static var withoutMake: [String] {
    let make = ["MAKEFLAGS=", "MFLAGS=", "MAKEOVERRIDES=", "MAKELEVEL=", "MAKE_TERMOUT=", "-*-"]
    return all.filter { entry in !make.contains { entry.hasPrefix($0) } }
  }
}
