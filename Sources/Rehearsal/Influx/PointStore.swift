import Comparison

/// One database of the stand-in: points by their identity, as InfluxDB keeps them. Everything stays
/// in memory: a row's operations are some thousands, and go with the row. A newline ends a line
/// wherever it stands: no operation has one.
struct PointStore: Sendable {
  /// Measurement, tags and timestamp: a point with the same identity overwrites.
  private struct Identity: Hashable {
    let measurement: String
    let tags: [ParsedPoint.Tag]
    let timestamp: Int64
  }

  private struct FieldName: Hashable {
    let measurement: String
    let field: String
  }

  private var points: [Identity: [String: ParsedPoint.Value]] = [:]
  private var types: [FieldName: String] = [:]

  /// Writes what can be written of a body in line protocol.
  /// - Parameter now: for points without a timestamp; nanoseconds.
  /// - Returns: what InfluxDB says when that is not all of it.
  mutating func write(_ body: [UInt8], at now: Int64) -> String? {
    var stored = 0
    var dropped = 0
    var unreadable: [String] = []
    var conflict: String?
    for line in body.split(separator: UInt8(ascii: "\n")) where line.first != UInt8(ascii: "#") {
      do throws(ParsedPoint.Failure) {
        if let reason = insert(try ParsedPoint(line), at: now) {
          conflict = conflict ?? reason
          dropped += 1
        } else {
          stored += 1
        }
      } catch {
        unreadable.append(
          "unable to parse '\(String(decoding: line, as: UTF8.self))': \(error.reason)")
      }
    }
    if let conflict { return "partial write: \(conflict) dropped=\(dropped)" }
    if unreadable.isEmpty { return nil }
    let reason = unreadable.joined(separator: "\n")
    return stored > 0 ? "partial write: \(reason) dropped=0" : reason
  }

  private mutating func insert(_ point: ParsedPoint, at now: Int64) -> String? {
    for (field, value) in point.fields {
      guard let type = types[FieldName(measurement: point.measurement, field: field)],
        type != value.type
      else { continue }
      return
        "field type conflict: input field \"\(field)\" on measurement \"\(point.measurement)\" "
        + "is type \(value.type), already exists as type \(type)"
    }
    for (field, value) in point.fields {
      types[FieldName(measurement: point.measurement, field: field)] = value.type
    }
    let identity = Identity(
      measurement: point.measurement, tags: point.tags, timestamp: point.timestamp ?? now)
    points[identity, default: [:]].merge(point.fields) { $1 }
    return nil
  }

  /// The values of a field, with their timestamps, by time.
  func values(of field: String, in measurement: String) -> [(
    timestamp: Int64, value: ParsedPoint.Value
  )] {
    points.compactMap { identity, fields in
      guard identity.measurement == measurement, let value = fields[field] else { return nil }
      return (identity.timestamp, value)
    }.sorted { $0.timestamp < $1.timestamp }
  }
}
