import Libc
import Testing

@testable import Shared

/// The files that the guards look at.
enum Repository {
  static let steps = 1...7

  static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/"

  static func text(_ path: String) throws -> String { try text(ofFile: root + path) }

  static func text(ofFile path: String) throws -> String {
    String(decoding: try bytes(ofFile: path), as: UTF8.self)
  }

  static func bytes(_ path: String) throws -> [UInt8] { try bytes(ofFile: root + path) }

  private static func bytes(ofFile path: String) throws -> [UInt8] {
    let file = try #require(fopen(path, "r"), "\(path) cannot be read")
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
      bytes += buffer[..<count]
    }
    return bytes
  }

  static func lines(_ path: String) throws -> [String] {
    var lines = try text(path).split(separator: "\n", omittingEmptySubsequences: false).map(
      String.init)
    try #require(lines.last == "", "\(path) does not end with a newline")
    lines.removeLast()
    return lines
  }

  /// Names in a folder, or nil when it is none.
  static func names(in path: String) -> [String]? {
    guard let folder = opendir(root + path) else { return nil }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Paths of all files below a folder.
  static func files(below path: String) -> [String] {
    (names(in: path) ?? []).flatMap { name in
      let child = "\(path)/\(name)"
      return names(in: child) == nil ? [child] : files(below: child)
    }
  }

  static func slide(_ step: Int) throws -> [String] { try lines("Sources/CalcV\(step)/main.swift") }

  static func manifest(_ step: Int) throws -> [String] { try lines("k8s/v\(step)/deployment.yaml") }

  /// Removed and added lines, in the order in which they stand, as `diff -U0` has them.
  static func diff(_ old: [String], _ new: [String]) -> [String] {
    let difference = new.difference(from: old)
    var removed = Set<Int>()
    var inserted = Set<Int>()
    for change in difference {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): inserted.insert(offset)
      }
    }
    var lines: [String] = []
    var (left, right) = (0, 0)
    while left < old.count || right < new.count {
      if removed.contains(left) {
        lines.append("-" + old[left])
        left += 1
      } else if inserted.contains(right) {
        lines.append("+" + new[right])
        right += 1
      } else {
        left += 1
        right += 1
      }
    }
    return lines
  }
}
