/// One point of InfluxDB.
///
/// Measurement, tags and timestamp are its identity: a point that is written again overwrites
/// itself, and is not counted twice (InfluxDB 1.x, "How does InfluxDB handle duplicate points?").
package struct Point: Sendable, Equatable {
  package enum Value: Sendable, Equatable {
    case string(String)
    case integer(Int64)
    /// Always a float to InfluxDB, `10.0` as well as `10`.
    case float(Double)
    case boolean(Bool)
  }

  package struct Tag: Sendable, Equatable {
    package let key: String
    package let value: String

    package init(_ key: String, _ value: String) {
      self.key = key
      self.value = value
    }
  }

  package struct Field: Sendable, Equatable {
    package let key: String
    package let value: Value

    package init(_ key: String, _ value: Value) {
      self.key = key
      self.value = value
    }
  }

  package let measurement: String
  /// Sorted by the bytes of their keys, so that InfluxDB need not sort them.
  package let tags: [Tag]
  package let fields: [Field]
  /// Nanoseconds since 1970-01-01T00:00:00Z.
  package let timestamp: Int64

  /// - Parameter timestamp: nanoseconds since 1970-01-01T00:00:00Z.
  /// - Throws: `PointError` for a point that line protocol cannot encode.
  package init(_ measurement: String, tags: [Tag] = [], fields: [Field], at timestamp: Int64)
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
      try Self.check(field.value)
    }
    let sorted = tags.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    // InfluxDB accepts a key that occurs twice, and keeps one of the values.
    if zip(sorted, sorted.dropFirst()).contains(where: { $0.key == $1.key }) { throw .duplicateTag }
    self.measurement = measurement
    self.tags = sorted
    self.fields = fields
    self.timestamp = timestamp
  }

  private static func check(key: String) throws(PointError) {
    // InfluxDB drops such a field and stores the rest. (Seen with 1.6, as are the next ones.)
    if key == "time" { throw .reserved }
    try check(key)
  }

  /// The rules for a field's value.
  static func check(_ value: Value) throws(PointError) {
    switch value {
    case .string(let text) where text.utf8.contains(UInt8(ascii: "\n")): throw .control
    case .float(let number) where !number.isFinite: throw .notFinite
    default: break
    }
  }

  /// The rules for measurements, keys and tag values.
  static func check(_ name: String) throws(PointError) {
    if name.isEmpty { throw .empty }
    // InfluxDB skips a leading tab.
    if name.utf8.contains(where: { $0 < 0x20 }) { throw .control }
    // A backslash cannot be escaped there, so it would escape the comma, space or equals sign that
    // ends the name. In measurements and field keys InfluxDB removes it before a quote; and after a
    // tag with some of these, a quote may begin a string that swallows the next line.
    if name.utf8.last == backslash { throw .backslash }
    for (one, next) in zip(name.utf8, name.utf8.dropFirst())
    where one == backslash && escapable.contains(next) { throw .backslash }
  }

  private static let backslash = UInt8(ascii: "\\")
  private static let escapable = Array(",= \"".utf8)
}

/// Why line protocol cannot encode a point.
package enum PointError: Error, Equatable {
  /// A measurement, a key or a tag value without a character.
  case empty
  /// A control character in a measurement, a key or a tag value, or a newline in a string.
  case control
  /// A backslash at the end of a measurement, a key or a tag value, or in one before a comma, a
  /// space, an equals sign or a quote.
  case backslash
  /// A measurement that begins with `#`, as a comment does.
  case comment
  /// The key `time`, which InfluxDB reserves for the timestamp.
  case reserved
  case noFields
  case duplicateTag
  case notFinite
}
