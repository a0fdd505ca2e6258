import Comparison
import DrainCheck
import Shared

/// The one request before the load: a wrong path or method would fail all of them, and say nothing
/// about a rollout.
enum FirstRequest {
  /// - Throws: `CommandError` (69) when the answer is not one that clients accept.
  static func send(
    _ request: LoadRequest, to address: SocketAddress, on loop: isolated EventLoop
  ) async throws(CommandError) {
    let words = "\(request.method) \(request.target)"
    let client = Client()
    let sent = request.request(id: "first")
    let response: Response
    do throws(ClientError) {
      response = try await client.send(sent, to: address, reuse: false, on: loop)
    } catch {
      if await speaksTLS(address) { throw tls(words) }
      throw refusal(words, error)
    }
    guard request.answers.outcome(of: response, to: sent) != .ok else { return }
    if response.status == .badRequest, await speaksTLS(address) { throw tls(words) }
    throw .unavailable(
      "\(words) is answered with \(response.status); request= says what clients send, and ok= "
        + "which statuses they accept (now \(request.answers.statuses))")
  }

  private static func tls(_ words: String) -> CommandError {
    .unavailable(
      "\(words) fails before the load begins: the service expects TLS, which is not rehearsed; "
        + "start it as it runs behind a proxy that ends TLS")
  }

  /// On a thread of its own: it blocks.
  private static func speaksTLS(_ address: SocketAddress) async -> Bool {
    let answer = Promise<Bool>()
    BackgroundThread.start { answer.fulfil(TLSHandshake.isAnswered(at: address)) }
    return await answer.wait()
  }

  private static func refusal(_ words: String, _ error: ClientError) -> CommandError {
    let reason =
      switch error {
      case .malformed: "its answer is no HTTP/1.1; TLS and HTTP/2 are not rehearsed"
      case .timeout: "no answer within 10 s"
      case .eof, .reset: "the connection was closed without an answer"
      case .refused, .unreachable: "nothing listens"
      case .exhausted: "this machine has no descriptor or port left"
      }
    return .unavailable("\(words) fails before the load begins: \(reason)")
  }
}
