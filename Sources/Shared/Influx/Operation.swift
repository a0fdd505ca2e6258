/// One calculation, as it is logged.
public struct Operation: Sendable, Equatable {
  /// The request's.
  public let id: String
  /// What was calculated.
  public let name: String
  /// How many numbers went in.
  public let numbers: Int
  public let result: Double

  public init(id: String, name: String, numbers: Int, result: Double) {
    self.id = id
    self.name = name
    self.numbers = numbers
    self.result = result
  }

  /// The operation as a point.
  ///
  /// The id is a field, not a tag: InfluxDB 1.x drops points past 100,000 values of a tag
  /// (`max-values-per-tag`), which looks just like a loss at shutdown. The result is a float
  /// whatever it is: a field whose type changes is a conflict, and a lost point.
  /// - Parameters:
  ///   - pod: who calculated it.
  ///   - timestamp: nanoseconds since 1970-01-01T00:00:00Z.
  /// - Throws: `PointError` for a name, pod or id that line protocol cannot say.
  public func point(pod: String, at timestamp: Int64) throws(PointError) -> Point {
    try Point(
      "operation",
      tags: [.init("name", name), .init("pod", pod)],
      fields: [
        .init("id", .string(id)), .init("numbers", .integer(Int64(numbers))),
        .init("result", .float(result)),
      ],
      at: timestamp)
  }
}

/// An operation and its moment, which together with its pod is its identity.
struct TimedOperation: Sendable, Equatable {
  let operation: Operation
  /// Nanoseconds since 1970-01-01T00:00:00Z.
  let timestamp: Int64
}

/// Where operations are logged.
public protocol OperationLog: Sendable {
  /// Takes an operation. Does not wait, and does not fail: what becomes of the operation is the
  /// log's matter.
  func append(_ operation: Operation)
}
