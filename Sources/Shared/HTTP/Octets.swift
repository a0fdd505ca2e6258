/// Appends text and numbers to a message without making a `String`.
extension [UInt8] {
  @inline(__always)
  mutating func append(_ octets: UnsafeBufferPointer<UInt8>) { append(contentsOf: octets) }

  @inline(__always)
  mutating func append(ascii text: StaticString) {
    append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func append(twoDigits number: Int) {
    append(UInt8(ascii: "0") + UInt8(number / 10 % 10))
    append(UInt8(ascii: "0") + UInt8(number % 10))
  }
}

/// The same where room was made before, which takes a fifth of the instructions.
extension OutputSpan<UInt8> {
  /// - Precondition: there is room for them.
  @inline(__always)
  mutating func append(_ octets: UnsafeBufferPointer<UInt8>) {
    withUnsafeMutableBufferPointer { room, count in
      let free = UnsafeMutableBufferPointer(rebasing: room[count...])
      precondition(octets.count <= free.count, "no room")
      _ = free.update(fromContentsOf: octets)
      count += octets.count
    }
  }

  @inline(__always)
  mutating func append(_ octets: [UInt8]) { octets.withUnsafeBufferPointer { append($0) } }

  @inline(__always)
  mutating func append(ascii text: StaticString) {
    append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func append(decimal number: Int) {
    if number >= 10 { append(decimal: number / 10) }
    append(UInt8(ascii: "0") + UInt8(number % 10))
  }

  mutating func append(hexadecimal number: Int) {
    if number >= 16 { append(hexadecimal: number / 16) }
    let digit = UInt8(number % 16)
    append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
  }
}
