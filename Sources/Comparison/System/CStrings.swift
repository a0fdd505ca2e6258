import Libc
import Shared

/// A list of strings as exec and spawn take it.
package enum CStrings {
  /// Calls `body` with the strings, ended by a null pointer.
  package static func with<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) throws -> Result
  ) rethrows -> Result {
    let copies = strings.map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    return try body(copies)
  }
}
