/// Which names a list of fields may hold, by their length and first letter. Most names that are
/// looked for are in no list, and this tells so without a look at the lines.
struct FieldNames: Sendable, Equatable {
  private var bits: UInt32 = 0

  /// None.
  init() {}

  /// These.
  init(_ names: [String]) {
    for name in names { bits |= Self.bit(name) }
  }

  mutating func insert(_ name: UnsafeBufferPointer<UInt8>) {
    if let first = name.first { bits |= Self.bit(name.count, first) }
  }

  mutating func formUnion(_ others: FieldNames) { bits |= others.bits }

  /// False when it holds no such name, whatever the case of its letters.
  func mayHold(_ name: String) -> Bool { bits & Self.bit(name) != 0 }

  /// False when it holds none of these names.
  func mayHoldAny(of names: FieldNames) -> Bool { bits & names.bits != 0 }

  private static func bit(_ name: String) -> UInt32 {
    name.utf8.first.map { bit(name.utf8.count, $0) } ?? 0
  }

  /// Upper and lower case differ in none of the five bits.
  private static func bit(_ length: Int, _ first: UInt8) -> UInt32 {
    1 << ((UInt32(truncatingIfNeeded: length) &+ UInt32(first)) % 32)
  }
}
