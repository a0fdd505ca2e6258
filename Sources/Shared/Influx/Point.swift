/// One point of InfluxDB: what was measured, when, and of whom.
///
/// Measurement, tags and timestamp are its identity: a point that is written again overwrites
/// itself, and is not counted twice (InfluxDB 1.x, "How does InfluxDB handle duplicate points?").
public struct Point: Sendable, Equatable {
  public enum Value: Sendable, Equatable {
    case string(String)
    case integer(Int64)
    /// Always a float to InfluxDB, `10.0` as well as `10`.
    case float(Double)
    case boolean(Bool)
  }

  public struct Tag: Sendable, Equatable {
    public let key: String
    public let value: String

    public init(_ key: String, _ value: String) {
      self.key = key
      self.value = value
    }
  }

  public struct Field: Sendable, Equatable {
    public let key: String
    public let value: Value

    public init(_ key: String, _ value: Value) {
      self.key = key
      self.value = value
    }
  }

  public let measurement: String
  /// By key, in the order of their bytes: InfluxDB need not sort them then.
  public let tags: [Tag]
  public let fields: [Field]
  /// Nanoseconds since 1970-01-01T00:00:00Z.
  public let timestamp: Int64

  /// - Parameter timestamp: nanoseconds since 1970-01-01T00:00:00Z.
  /// - Throws: `PointError` for what line protocol cannot say.
  public init(_ measurement: String, tags: [Tag] = [], fields: [Field], at timestamp: Int64)
    throws(PointError)
  {
    if measurement.utf8.first == UInt8(ascii: "#") { throw .comment }
    try Self.check(measurement)
    for tag in tags {
      try Self.check(key: tag.key)
      try Self.check(tag.value)
    }
    if fields.isEmpty { throw .noFields }
    for field in fields {
      try Self.check(key: field.key)
      switch field.value {
      case .string(let text) where text.utf8.contains(UInt8(ascii: "\n")): throw .control
      case .float(let number) where !number.isFinite: throw .notFinite
      default: break
      }
    }
    let sorted = tags.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    // InfluxDB accepts a key that is there twice, and then keeps either value.
    if zip(sorted, sorted.dropFirst()).contains(where: { $0.key == $1.key }) { throw .duplicateTag }
    self.measurement = measurement
    self.tags = sorted
    self.fields = fields
    self.timestamp = timestamp
  }

  private static func check(key: String) throws(PointError) {
    // InfluxDB drops such a field and stores the rest; seen with 1.6, as is what follows.
    if key == "time" { throw .reserved }
    try check(key)
  }

  /// What holds for measurements, keys and tag values alike.
  private static func check(_ name: String) throws(PointError) {
    if name.isEmpty { throw .empty }
    // A tab at the begin would be skipped.
    if name.utf8.contains(where: { $0 < 0x20 }) { throw .control }
    // Nothing escapes a backslash there, so that it would escape what follows: the comma, space or
    // equals sign that ends the name. In measurements and field keys it is taken away from before a
    // quote; and after a tag with some of these, a quote may begin a string that swallows the next
    // line.
    if name.utf8.last == backslash { throw .backslash }
    for (one, next) in zip(name.utf8, name.utf8.dropFirst())
    where one == backslash && escapable.contains(next) { throw .backslash }
  }

  private static let backslash = UInt8(ascii: "\\")
  private static let escapable = Array(",= \"".utf8)
}

/// What line protocol cannot say.
public enum PointError: Error, Equatable {
  /// A measurement, a key or a tag value without a character.
  case empty
  /// A control character in a measurement, a key or a tag value, or a newline in a string.
  case control
  /// A backslash at the end of a measurement, a key or a tag value, or in one before a comma, a
  /// space, an equals sign or a quote.
  case backslash
  /// A measurement that begins with `#`, as a comment does.
  case comment
  /// A key that is the timestamp's own: `time`.
  case reserved
  case noFields
  case duplicateTag
  case notFinite
}
