/// The protocol version of a message (RFC 9110 section 2.5).
public struct Version: Comparable, Hashable, Sendable, CustomStringConvertible {
  /// One digit.
  public let major: UInt8
  /// One digit.
  public let minor: UInt8

  /// Each number is one digit.
  public init(major: UInt8, minor: UInt8) {
    self.major = major
    self.minor = minor
  }

  /// A connection ends after its response unless both sides ask for more (RFC 9112 section 9.3).
  public static let http10 = Version(major: 1, minor: 0)
  /// A connection stays unless one side says close (RFC 9112 section 9.3).
  public static let http11 = Version(major: 1, minor: 1)

  /// By major version, then by minor.
  public static func < (left: Version, right: Version) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }

  /// As on the wire: `HTTP/1.1`.
  public var description: String { "HTTP/\(major).\(minor)" }

  /// Reads `HTTP/d.d`: upper case, one digit on each side (RFC 9112 section 2.3). Nil for anything
  /// else.
  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard bytes.count == 8, bytes[6] == UInt8(ascii: "."), Grammar.hasPrefix(bytes, "HTTP/"),
      Grammar.isDigit(bytes[5]), Grammar.isDigit(bytes[7])
    else { return nil }
    self.init(major: bytes[5] - UInt8(ascii: "0"), minor: bytes[7] - UInt8(ascii: "0"))
  }
}
