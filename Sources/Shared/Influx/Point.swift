/// One point of InfluxDB: what was measured, when, and of whom.
///
/// Measurement, tags and timestamp are its identity: a point that is written again overwrites itself, and is not counted twice
/// (InfluxDB 1.x, "How does InfluxDB handle duplicate points?").
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
  public init(_ measurement: String, tags: [Tag] = [], fields: [Field], at timestamp: Int64) throws(PointError) {
    if measurement.utf8.first == UInt8(ascii: "#") { throw .comment }
    try Self.check(measurement)
    try Self.checkBackslashes(measurement)
    for tag in tags {
      try Self.check(tag.key)
      try Self.check(tag.value)
    }
    if fields.isEmpty { throw .noFields }
    for field in fields {
      try Self.check(field.key)
      try Self.checkBackslashes(field.key)
      switch field.value {
      case .string(let text) where text.utf8.contains(UInt8(ascii: "\n")): throw .newline
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

  /// In measurements and field keys InfluxDB takes the escaped one for the end (seen with 1.6); in tags it does not.
  private static func checkBackslashes(_ name: String) throws(PointError) {
    for (one, next) in zip(name.utf8, name.utf8.dropFirst()) where one == UInt8(ascii: "\\") {
      if [UInt8(ascii: ","), UInt8(ascii: " "), UInt8(ascii: "=")].contains(next) { throw .backslash }
    }
  }

  /// What holds for measurements, keys and tag values alike.
  private static func check(_ name: String) throws(PointError) {
    if name.isEmpty { throw .empty }
    // It would escape the comma, space or equals sign that follows, and nothing escapes a backslash there.
    if name.utf8.last == UInt8(ascii: "\\") { throw .backslash }
    if name.utf8.contains(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") || $0 == 0 }) { throw .newline }
  }
}

/// What line protocol cannot say.
public enum PointError: Error, Equatable {
  /// A measurement, a key or a tag value without a character.
  case empty
  /// A line break (or a zero byte) where it would end the point.
  case newline
  /// A backslash at the end of a measurement, a key or a tag value, or in a measurement or field key before a comma, a space or an equals
  /// sign.
  case backslash
  /// A measurement that begins with `#`, as a comment does.
  case comment
  case noFields
  case duplicateTag
  case notFinite
}
