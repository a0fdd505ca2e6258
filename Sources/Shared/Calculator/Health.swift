/// The answer to readiness and liveness probes.
public enum Health {
  private static let healthy = Response.json(.ok, #"{"status":"healthy"}"#)

  /// Answers `200` with `{"status":"healthy"}`: the process serves requests. It keeps this answer
  /// while it drains, since it still serves.
  public static func answer(_: Request, on _: isolated EventLoop) -> Response { healthy }
}
