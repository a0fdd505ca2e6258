import Shared

/// The JSON documents of results, and reading manifests from files.
enum ResultFile {
  /// Sorted keys, so that two results can be compared line by line.
  static func encode(_ result: RowResult) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(result)) + [0x0A]
  }

  static func path(of row: String, in folder: String) -> String { "\(folder)/\(row).json" }

  /// Writes `<folder>/<row>.json`, whole or not at all, and makes the folder if need be.
  /// - Returns: the path.
  /// - Throws: `Refusal` (73).
  static func write(_ result: RowResult, to folder: String) throws(Refusal) -> String {
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
  /// - Throws: `Refusal` (73) when results could not be written there.
  static func require(_ folder: String) throws(Refusal) {
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    guard access(folder, W_OK | X_OK) == 0 else {
      throw .cannotCreate(
        "\(folder): cannot be written; results= takes a folder that may be written to")
    }
  }

  /// - Throws: `Refusal`, 66 when there is no such file, 65 when it is no result.
  static func read(_ path: String) throws(Refusal) -> RowResult {
    let bytes = try bytes(of: path)
    do {
      let result = try JSONDecoder().decode(RowResult.self, from: Data(bytes))
      guard result.schema == RowResult.currentSchema else {
        throw Refusal.data("\(path): schema \(result.schema) is not \(RowResult.currentSchema)")
      }
      return result
    } catch let refusal as Refusal {
      throw refusal
    } catch {
      throw .data("\(path): is not the result of a row")
    }
  }

  /// The content of a file.
  /// - Throws: `Refusal` (66).
  static func bytes(of path: String) throws(Refusal) -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .noInput(
        "\(path): \(FileManager.default.fileExists(atPath: path) ? "cannot be read" : "no such file")"
      )
    }
    return Array(data)
  }
}

extension Deployment {
  /// Reads the manifest of a row: `<folder>/<step>/deployment.yaml`.
  /// - Throws: `Refusal`, 66 when there is none, 65 when it is not YAML, invalid, or not modelled.
  static func read(of row: Row, in folder: String) throws(Refusal) -> Deployment {
    let path = path(of: row, in: folder)
    return try read(ResultFile.bytes(of: path), file: path)
  }

  static func path(of row: Row, in folder: String) -> String {
    "\(folder)/\(row.folder)/deployment.yaml"
  }
}
