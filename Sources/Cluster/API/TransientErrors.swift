import Comparison

/// Errors after which the same call of kubectl may succeed a moment later: a server that restarts,
/// another writer. The texts are those of client-go and of the API server.
struct TransientErrors: Sendable {
  /// One text a line; the scripts read the same file.
  static let path = "Scripts/transient-errors.txt"

  private let texts: [String]

  /// - Throws: `CommandError` (66).
  init() throws(CommandError) {
    texts = String(decoding: try Files.bytes(of: Self.path), as: UTF8.self).split(separator: "\n")
      .map(String.init)
  }

  /// - Parameter output: what kubectl wrote to its standard error.
  func matches(_ output: [UInt8]) -> Bool {
    let output = String(decoding: output, as: UTF8.self)
    return texts.contains { output.contains($0) }
  }
}
