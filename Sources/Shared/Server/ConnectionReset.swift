/// Thrown by a handler that wants its client to get no answer, but a reset: for servers that play a
/// fault.
public struct ConnectionReset: Error {
  public init() {}
}
