/// What probes ask.
public enum Health {
  private static let healthy = Response.json(.ok, #"{"status":"healthy"}"#)

  /// Answers with `{"status":"healthy"}`: the process can serve. Also during a drain, when it still
  /// does.
  public static func answer(_: Request, on _: isolated EventLoop) async -> Response { healthy }
}
