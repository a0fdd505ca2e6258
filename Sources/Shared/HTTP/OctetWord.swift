/// Eight octets, looked at together.
struct OctetWord {
  private let word: UInt64

  /// Whether all words of these octets satisfy a condition. The last word overlaps the one before
  /// it, and fewer octets than a word are filled up with letters.
  @inline(__always)
  static func allSatisfy(
    _ octets: UnsafeBufferPointer<UInt8>, _ condition: (OctetWord) -> Bool
  ) -> Bool {
    let bytes = UnsafeRawBufferPointer(octets)
    guard bytes.count >= 8 else {
      var word = every(UInt8(ascii: "a"))
      for byte in bytes { word = word << 8 | UInt64(byte) }
      return condition(OctetWord(word: word))
    }
    var index = 0
    let last = bytes.count &- 8
    while index < last {
      guard condition(OctetWord(bytes, at: index)) else { return false }
      index &+= 8
    }
    return condition(OctetWord(bytes, at: last))
  }

  private init(word: UInt64) { self.word = word }

  @inline(__always)
  private init(_ bytes: UnsafeRawBufferPointer, at index: Int) {
    word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
  }

  /// Whether one is a control: less than a space, or DEL.
  @inline(__always)
  var hasControl: Bool { (less(than: 0x20) | equal(to: 0x7F)) & Self.every(0x80) != 0 }

  /// Whether one can stand in no target: a control, a space, `#`, or no ASCII.
  @inline(__always)
  var hasNoneOfTarget: Bool {
    let none = less(than: 0x21) | equal(to: UInt8(ascii: "#")) | equal(to: 0x7F) | word
    return none & Self.every(0x80) != 0
  }

  // "Bit Twiddling Hacks" by Sean Eron Anderson: the borrow of a subtraction sets the highest bit
  // of an octet that had none. It may set that of the next octet, too, but never without reason.

  /// The highest bit of an octet is set exactly when one is less than this, which is at most 128.
  @inline(__always)
  private func less(than limit: UInt8) -> UInt64 { (word &- Self.every(limit)) & ~word }

  /// The highest bit of an octet is set exactly when one is this.
  @inline(__always)
  private func equal(to octet: UInt8) -> UInt64 {
    OctetWord(word: word ^ Self.every(octet)).less(than: 1)
  }

  @inline(__always)
  private static func every(_ octet: UInt8) -> UInt64 { 0x0101_0101_0101_0101 &* UInt64(octet) }
}
