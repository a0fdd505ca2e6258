/// One calculation, to be logged.
public struct Operation: Sendable, Equatable {
  /// The id of its request.
  public let id: String
  /// The kind of calculation, such as `sum`.
  public let name: String
  /// How many numbers were the input.
  public let numbers: Int
  /// The output.
  public let result: Double

  /// An operation with these values.
  public init(id: String, name: String, numbers: Int, result: Double) {
    self.id = id
    self.name = name
    self.numbers = numbers
    self.result = result
  }

  /// The operation as a point.
  ///
  /// The id is a field, not a tag: InfluxDB 1.x drops points past 100,000 values of a tag
  /// (`max-values-per-tag`), which looks just like a loss at shutdown. The result is always a
  /// float: a field whose type changes is a conflict, and a lost point.
  /// - Parameters:
  ///   - pod: the name of the pod that calculated it.
  ///   - timestamp: nanoseconds since 1970-01-01T00:00:00Z.
  /// - Throws: `PointError` for a name, pod or id that line protocol cannot encode.
  package func point(pod: String, at timestamp: Int64) throws(PointError) -> Point {
    try Point(
      "operation",
      tags: [.init("name", name), .init("pod", pod)],
      fields: [
        .init("id", .string(id)), .init("numbers", .integer(Int64(numbers))),
        .init("result", .float(result)),
      ],
      at: timestamp)
  }

  /// Why line protocol cannot encode the operation; nil when it can. Makes no point: it is asked in
  /// the middle of a request.
  func fault(pod: String) -> PointError? {
    do throws(PointError) {
      try Point.check(name)
      try Point.check(pod)
      try Point.check(.string(id))
      try Point.check(.float(result))
      return nil
    } catch {
      return error
    }
  }
}

/// An operation and its timestamp, which together with the pod is its identity.
struct TimedOperation: Sendable, Equatable {
  let operation: Operation
  /// Nanoseconds since 1970-01-01T00:00:00Z.
  let timestamp: Int64
}

/// Logs operations: `TaskLog` in a task each, `BatchLog` in batches.
public protocol OperationLog: Sendable {
  /// Takes an operation. Does not wait and does not fail: the log delivers the operation, or
  /// reports it as undelivered.
  func append(_ operation: Operation)
}
