import Shared

/// The JSON documents of results.
package enum ResultFile {
  /// Sorted keys, so that two results can be compared line by line.
  package static func encode(_ result: RowResult) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(result)) + [0x0A]
  }

  package static func path(of row: String, in folder: String) -> String { "\(folder)/\(row).json" }

  /// Writes `<folder>/<row>.json`, whole or not at all, and makes the folder if need be.
  /// - Returns: the path.
  /// - Throws: `CommandError` (73).
  package static func write(_ result: RowResult, to folder: String) throws(CommandError) -> String {
    let path = path(of: result.row, in: folder)
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data(encode(result)).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw .cannotCreate(
        "\(path): cannot be written; is results= a folder that may be written to?")
    }
    return path
  }

  /// Makes the folder if need be, before anything is run for its sake.
  /// - Throws: `CommandError` (73) when results could not be written there.
  package static func require(_ folder: String) throws(CommandError) {
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    guard access(folder, W_OK | X_OK) == 0 else {
      throw .cannotCreate(
        "\(folder): cannot be written; results= takes a folder that may be written to")
    }
  }

  /// - Throws: `CommandError`, 66 when there is no such file, 65 when it is no result.
  package static func read(_ path: String) throws(CommandError) -> RowResult {
    let bytes = try Files.bytes(of: path)
    do {
      let result = try JSONDecoder().decode(RowResult.self, from: Data(bytes))
      guard RowResult.readable.contains(result.schema) else {
        throw CommandError.data(
          "\(path): schema \(result.schema) is not \(RowResult.currentSchema)")
      }
      return result
    } catch let refusal as CommandError {
      throw refusal
    } catch {
      throw .data("\(path): is not the result of a row")
    }
  }
}
