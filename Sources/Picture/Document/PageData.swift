import Comparison

/// All that the page shows, as the JSON that stands in it.
struct PageData: Encodable, Sendable {
  /// A file that is not shown, and why.
  struct Problem: Encodable, Equatable, Sendable {
    let file: String
    let why: String
  }

  var documents: [PageDocument]
  var problems: [Problem] = []
  /// More comes from `/events`.
  var live = false

  /// - Throws: nothing but what a number that JSON has not would: all numbers are finite.
  func json() throws -> [UInt8] { try Self.json(self) }

  static func json(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value))
  }
}
