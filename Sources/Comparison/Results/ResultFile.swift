import Libc
import Shared

/// The JSON documents of results.
package enum ResultFile {
  /// Sorted keys, so that two results can be compared line by line.
  package static func encode(_ result: some Encodable) throws -> [UInt8] {
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
    try write(path, option: "results") { try encode(result) }
    return path
  }

  /// Writes a file, whole or not at all, and makes its folder if need be.
  /// - Throws: `CommandError` (73) that names the option that asked for it.
  package static func write(_ path: String, option: String, _ bytes: () throws -> [UInt8])
    throws(CommandError)
  {
    do {
      let url = URL(fileURLWithPath: path)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes()).write(to: url, options: .atomic)
    } catch {
      throw .cannotCreate(
        "\(path): cannot be written; is \(option)= "
          + "\(option == "results" ? "a folder" : "a file") that may be written to?"
      )
    }
  }

  /// Makes the folder if need be, before anything is run for its sake.
  /// - Throws: `CommandError` (73) when results could not be written there.
  package static func require(_ folder: String, option: String = "results") throws(CommandError) {
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    guard access(folder, W_OK | X_OK) == 0 else {
      throw .cannotCreate(
        "\(folder): cannot be written; \(option)= takes a folder that may be written to")
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
