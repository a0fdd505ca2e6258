/// What a stop did. A clean one cuts nothing.
public struct DrainReport: Sendable, Equatable {
  /// Connections that were open when the stop began, those of the backlog included.
  public var connections = 0
  /// Requests answered since then.
  public var finished = 0
  /// Requests that came after their connection's lame-duck time, and got no answer.
  public var late = 0
  /// Connections that were closed while a client waited for the answer to what it had sent.
  public var cut = 0
  /// Operations that could not be stored, and were written to standard error instead.
  public var undelivered = 0
  /// From the begin of the stop to the last connection's close, or the end of its last stage.
  public var took: Duration = .zero

  public init() {}

  /// Success after a clean stop, failure when something was cut or could not be stored.
  public var exitCode: ExitCode { cut == 0 && undelivered == 0 ? .success : .failure }

  /// Ends the process with that status.
  public func exit() -> Never { exitCode.exit() }

  /// What parts did at the same time.
  static func + (left: Self, right: Self) -> Self {
    var sum = left
    sum.connections += right.connections
    sum.finished += right.finished
    sum.late += right.late
    sum.cut += right.cut
    sum.undelivered += right.undelivered
    sum.took = max(left.took, right.took)
    return sum
  }

  /// Adds what a further stage of the stop did, which began when those before it had ended.
  public static func += (report: inout Self, stage: Self) {
    let took = report.took + stage.took
    report = report + stage
    report.took = took
  }
}
