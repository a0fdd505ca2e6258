import Comparison
import Shared

/// Asks a server before any signal for all that a case has to know about it.
package struct Baseline {
  private let options: CheckOptions
  private let address: SocketAddress
  private let server: any ServerProcess

  /// - Throws: `CommandError` (69) when the server does not answer the request of the check.
  package static func measure(_ options: CheckOptions, _ startup: Startup) throws(CommandError)
    -> Service
  {
    let (server, address, startTime) = try startup.listening()
    defer { server.end() }
    return try Baseline(options: options, address: address, server: server).service(startTime)
  }

  private func service(_ startTime: Duration) throws(CommandError) -> Service {
    let first = try firstAnswer()
    var times: [Duration] = []
    for _ in 0..<3 { times.append(try time()) }
    let request = options.request
    let kept = ask(request.whole, answers: 1)
    let keepsAlive =
      kept.map { client in
        client.forget()
        client.send(request.whole)
        return client.awaitAnswers(within: .seconds(5) + times[0] * 2)
      } ?? false
    return Service(
      options: options, address: address, startTime: startTime,
      requestTime: options.slow ?? times.sorted()[1], status: first.status,
      keepsAlive: keepsAlive, pipelines: ask(request.whole + request.whole, answers: 2) != nil,
      answersHalfClosed: ask(request.whole, answers: 1, halfCloses: true) != nil)
  }

  /// Waits until the server is ready for the request.
  private func firstAnswer() throws(CommandError) -> Answer {
    let client = Startup.ask(options.request, at: address, server) { client in
      client.answers.isMalformed || (client.answers.complete.first?.status ?? 503) != 503
    }
    guard let answer = client?.answers.complete.first, answer.status < 400, !speaksTLS(client)
    else { throw problem(client) }
    return answer
  }

  private func problem(_ client: WireClient?) -> CommandError {
    let request = options.request.name
    if speaksTLS(client) {
      return .unavailable(
        "the server expects TLS at port \(options.port); the check speaks HTTP/1.1 without: start "
          + "it as it runs behind a proxy that ends TLS")
    }
    if let exit = server.exit(by: .now) {
      return Startup.unavailable("the server ended with \(exit.code) at \(request)", server)
    }
    guard let answer = client?.answers.complete.first else {
      return Startup.unavailable(
        "\(request) at port \(options.port): \(client?.seen ?? "no connection")", server)
    }
    return .unavailable(
      "\(request) is answered \(answer.status): give path= (and body=) of a request that it "
        + "answers with 200")
  }

  /// A TLS server answers plain text with an alert, a 400 that says so, or nothing.
  private func speaksTLS(_ client: WireClient?) -> Bool {
    if let client, let answer = client.answers.complete.first, answer.status != 400 { return false }
    return TLSHandshake.isAnswered(at: address)
  }

  private func time() throws(CommandError) -> Duration {
    guard let client = try? WireClient.connect(to: address) else { throw problem(nil) }
    let began = MonotonicTime.now
    client.send(options.request.whole)
    guard client.awaitAnswers(within: Startup.limit) else { throw problem(client) }
    return .now - began
  }

  /// Nil when not so many answers come.
  private func ask(_ text: String, answers: Int, halfCloses: Bool = false) -> WireClient? {
    guard let client = try? WireClient.connect(to: address) else { return nil }
    client.send(text)
    if halfCloses { client.finishSending() }
    return client.awaitAnswers(answers, within: Startup.limit / 3) ? client : nil
  }
}
