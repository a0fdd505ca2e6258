/// Reading files whole.
package enum Files {
  /// The content of a file.
  /// - Throws: `CommandError` (66).
  package static func bytes(of path: String) throws(CommandError) -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .noInput(
        FileManager.default.fileExists(atPath: path)
          ? "\(path): cannot be read" : "\(path): no such file"
      )
    }
    return Array(data)
  }
}
