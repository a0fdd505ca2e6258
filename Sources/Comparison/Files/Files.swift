/// Reading files whole.
package enum Files {
  /// The content of a file.
  /// - Throws: `Refusal` (66).
  package static func bytes(of path: String) throws(Refusal) -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .noInput(
        "\(path): \(FileManager.default.fileExists(atPath: path) ? "cannot be read" : "no such file")"
      )
    }
    return Array(data)
  }
}
