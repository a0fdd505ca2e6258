/// The service of the talk: adds numbers, slowly on purpose.
public struct Calculator: Sendable {
  /// Stands for real work: a database, another service.
  static let delay = Duration.milliseconds(100)

  private let log: Log
  private let operations: (any OperationLog)?

  /// - Parameters:
  ///   - log: gets one line per request.
  ///   - operations: gets each calculation that was answered; nil: none is logged.
  public init(log: Log, operations: (any OperationLog)? = nil) {
    self.log = log
    self.operations = operations
  }

  /// Answers `{"numbers":[1,2,3,4]}` with `{"result":10}` after 100 ms, and a body without numbers
  /// with 400 and `{"error":"…"}` at once. The log line names the request by its id.
  /// - Throws: `CancellationError` when the loop stops meanwhile.
  public func sum(_ request: Request, on loop: isolated EventLoop) async throws -> Response {
    let (sum, count): (Sum, Int)
    do throws(SumError) {
      (sum, count) = try Sum.of(request.body)
    } catch {
      return refused(request, because: error.reason)
    }
    try await loop.sleep(for: Self.delay)
    return answered(request, with: sum, of: count)
  }

  private func refused(_ request: Request, because reason: String) -> Response {
    log.info("sum") { line in
      line.add("id", request.id)
      line.add("status", 400)
      line.add("error", reason)
    }
    return .json(.badRequest, "{\"error\":\"\(reason)\"}")
  }

  /// Apart from `sum`, since each request that waits holds that one's frame.
  @inline(never)
  private func answered(_ request: Request, with sum: Sum, of count: Int) -> Response {
    let id = request.id
    let result = sum.text
    log.info("sum") { line in
      line.add("id", id)
      line.add("status", 200)
      line.add("numbers", count)
      line.add("result", result)
    }
    operations?.append(Operation(id: id, name: "sum", numbers: count, result: sum.double))
    return .json(.ok, "{\"result\":\(result)}")
  }
}
