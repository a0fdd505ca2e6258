import Comparison
import Shared

extension Case {
  /// What becomes of requests of which the client has sent at least a byte before the signal.
  static let requests: [Case] = [
    Case(
      "in-flight", .must, "A request that was sent before the signal is answered.",
      source: Source.disposability, user: "an error page, or an order whose outcome is unknown",
      mend: "at the signal, stop accepting, and wait for the running handlers before the exit"
    ) { scene throws(CommandError) in
      let service = scene.service
      guard service.isSlow else {
        return try unread(scene, on: .open)
      }
      guard let client = try scene.inFlight() else {
        return .notTried("each request was answered before the signal: the machine is too busy")
      }
      scene.signal()
      return answered(
        client, scene,
        sent: "\(service.request.name) of \(ms(service.requestTime)), and the signal meanwhile")
    },
    Case(
      "says-close", .should, "The last answer on a connection says Connection: close.",
      source: Source.tearDown,
      user: "now and then an error: the client sends its next request into a closing connection",
      mend: "while draining, add the field Connection: close to every response"
    ) { scene throws(CommandError) in
      let underway = try Underway(scene)
      scene.signal()
      scene.pause()
      underway.complete()
      guard underway.isAnswered() else { return .notTried(Underway.unanswered) }
      guard let answer = underway.client.answers.complete.first, !answer.saysClose else {
        return .holds("answered \(underway.client.seen)")
      }
      // A server that learns of the signal late closes at a later answer, or says it at that one.
      return lastAnswer(of: underway.client, scene, sent: underway.sent(scene))
    },
    Case(
      "head-half-sent", .must, "A request whose head is half sent at the signal is answered.",
      source: Source.tearDown, user: "an error for a client on a slow line",
      mend: "count a connection as busy from the first byte of a request, not from its last"
    ) { scene throws(CommandError) in
      let halves = scene.service.request.headHalves
      return try halfSent(scene, halves.first, halves.rest, what: "half of the head")
    },
    Case(
      "body-half-sent", .must, "A request whose body is half sent at the signal is answered.",
      source: Source.tearDown, user: "an upload that fails",
      mend: "let a request that is being received count as in flight"
    ) { scene throws(CommandError) in
      guard scene.service.request.hasBody else { return .notTried(needsBody) }
      let halves = scene.service.request.bodyHalves
      return try halfSent(scene, halves.first, halves.rest, what: "head and half of the body")
    },
    Case(
      "expect-continue", .must, "A client that was told 100 Continue is answered.",
      source: Source.expect, user: "an upload that the server asked for, and then dropped",
      mend: "let a request that waits for its body count as in flight"
    ) { scene throws(CommandError) in
      guard scene.service.request.hasBody else { return .notTried(needsBody) }
      let client = try scene.connect()
      client.send(scene.service.request.head("Expect: 100-continue\r\n"))
      client.read(until: .now + .seconds(1)) { $0.answers.hasContinue }
      let wasTold = client.answers.hasContinue
      if !wasTold { return .notTried("the server does not send 100 Continue") }
      scene.signal()
      scene.pause()
      client.send(scene.service.request.body)
      return answered(client, scene, sent: "the head, got 100, the signal, then the body")
    },
    Case(
      "pipelined", .should, "Pipelined requests that came before the signal are all answered.",
      source: Source.pipelining,
      user: "a wait: a client that pipelines has to send what was not answered again",
      mend: "say Connection: close with the last of the requests that were read, not the first"
    ) { scene throws(CommandError) in
      let (service, count) = (scene.service, 3)
      guard service.pipelines else { return .notTried("the server does not pipeline") }
      let text = String(repeating: service.request.whole, count: count)
      guard service.isSlow else {
        return try unread(scene, on: .pipelining(count))
      }
      let client = try scene.connect()
      client.send(text)
      scene.pause(service.requestTime / 3)
      scene.signal()
      client.awaitAnswers(count, within: service.patience + service.requestTime * 3)
      let complete = client.answers.complete.count
      let seen = "\(complete) of \(count) answered"
      return complete == count
        ? .holds(seen)
        : .fails(
          .should, "\(seen), the last: \(client.seen)",
          sent: "\(service.request.name) three times at once, then the signal")
    },
    Case(
      "half-close", .must, "A client that half-closes after its request gets its answer.",
      source: Source.halfClose, user: "an error for scripts and proxies that half-close",
      mend: "take the end of the client's stream for the end of its requests, not for its leaving"
    ) { scene throws(CommandError) in
      guard scene.service.answersHalfClosed else {
        return .notTried("the server does not answer such a client without a signal either")
      }
      let underway = try Underway(scene)
      if underway.isWhole { underway.client.finishSending() }
      scene.signal()
      scene.pause()
      underway.complete()
      underway.client.finishSending()
      if underway.isAnswered() { return .holds("answered \(underway.client.seen)") }
      guard try repeats(scene) else { return .notTried(Underway.unanswered) }
      return .fails(
        .must, underway.client.seen, sent: "\(underway.sent(scene)), and the end of its stream")
    },
  ]

  static let needsBody = "needs body= for a POST"

  /// Whether a request under way that is not half-closed is answered.
  private static func repeats(_ scene: Scene) throws(CommandError) -> Bool {
    try scene.restart()
    let underway = try Underway(scene)
    scene.signal()
    scene.pause()
    underway.complete()
    return underway.isAnswered()
  }

  private static func halfSent(
    _ scene: Scene, _ first: String, _ rest: String, what: String
  ) throws(CommandError) -> Finding {
    let client = try scene.connect()
    client.send(first)
    scene.pause()
    scene.signal()
    scene.pause(Scene.settle * 3)
    client.send(rest)
    return answered(
      client, scene, sent: "\(what) of \(scene.service.request.name), the signal, the rest")
  }

  static func answered(_ client: WireClient, _ scene: Scene, sent: String) -> Finding {
    client.awaitAnswers(within: scene.service.patience)
      ? .holds("answered \(client.seen)") : .fails(.must, client.seen, sent: sent)
  }

  /// Goes on with requests until the server says that it closes, or closes.
  static func lastAnswer(of client: WireClient, _ scene: Scene, sent: String) -> Finding {
    var count = 0
    while scene.sinceSignal < .seconds(10) {
      count += 1
      // Time in which a close that comes with the answer, or soon after it, is seen.
      if client.awaitEnding(within: Scene.settle) != nil { break }
      client.forget()
      client.send(scene.service.request.whole)
      guard client.awaitAnswers(within: scene.service.patience) else {
        return .fails(
          .must, "request \(count) after the signal on this connection: \(client.seen)",
          sent: sent)
      }
      if client.answers.complete.first?.saysClose == true {
        return .holds("the last of \(count + 1) answers: \(client.seen)")
      }
    }
    return .fails(
      .should,
      client.ending == nil
        ? "still served without the field \(ms(scene.sinceSignal)) after the signal"
        : "closed without the field",
      sent: sent)
  }

  static func ms(_ time: Duration) -> String {
    time < .seconds(1)
      ? "\(Int((time / .milliseconds(1)).rounded())) ms" : "\((time / .seconds(1)).fixed(1)) s"
  }
}
