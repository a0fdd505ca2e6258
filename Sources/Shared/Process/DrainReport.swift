/// What a stop did: a drain or a cut of the server, a drain or a flush of an operation log, or all
/// stages together.
public struct DrainReport: Sendable, Equatable {
  /// Connections that were open when the stop began, those of the backlog included.
  public var connections = 0
  /// Requests that were answered since then.
  public var finished = 0
  /// Requests that arrived after the lame-duck time of their connection, and got no response.
  public var late = 0
  /// Connections that were closed while a client waited for a response.
  public var cut = 0
  /// Handlers that had not returned at the deadline, at a second signal or at a cut: they are
  /// cancelled, and the stop does not wait for them. Their clients may be gone, or be counted in
  /// `cut`.
  public var abandoned = 0
  /// Requests that were refused since the start (400, 408, 413, 414, 417, 431, 501, 503, 505):
  /// those that no handler saw.
  public var refused = 0
  /// Operations that could not be stored, and were written to standard error instead.
  public var undelivered = 0
  /// How long the stop took: all stages, one after the other.
  public var took: Duration = .zero

  package init() {}

  /// Success after a clean stop; failure when a connection was cut, a handler abandoned or an
  /// operation not stored.
  public var exitCode: ExitCode {
    cut == 0 && abandoned == 0 && undelivered == 0 ? .success : .failure
  }

  /// Ends the process with `exitCode`.
  public func exit() -> Never { exitCode.exit() }

  /// The sum of parts that stopped at the same time.
  static func + (left: Self, right: Self) -> Self {
    var sum = left
    sum.connections += right.connections
    sum.finished += right.finished
    sum.late += right.late
    sum.cut += right.cut
    sum.abandoned += right.abandoned
    sum.refused += right.refused
    sum.undelivered += right.undelivered
    sum.took = max(left.took, right.took)
    return sum
  }

  /// Adds a further stage of the stop, which began when the stages before it had ended.
  public static func += (report: inout Self, stage: Self) {
    let took = report.took + stage.took
    report = report + stage
    report.took = took
  }
}
