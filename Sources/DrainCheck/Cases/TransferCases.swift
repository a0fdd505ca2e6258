import Comparison
import Shared

extension Case {
  /// What becomes of answers on their way.
  static let transfers: [Case] = [
    Case(
      "unread-input", .must, "Input that the server does not read does not reset the last answer.",
      source: Source.tearDown,
      user: "now and then an error although the server did the work and logged a success",
      mend: "close in two steps: half-close, then read until the client's end, then close"
    ) { scene throws(CommandError) in
      let underway = try Underway(scene)
      scene.signal()
      scene.pause(.milliseconds(20))
      // The beginning of an upload: more than servers read ahead.
      let upload =
        "POST \(scene.service.request.path) HTTP/1.1\r\nHost: localhost\r\n"
        + "Content-Length: 1000000\r\n\r\n" + String(repeating: "x", count: 256 * 1024)
      underway.complete(and: upload)
      let sent = "\(underway.sent(scene)), and 256 KiB of a next request behind it"
      let client = underway.client
      guard underway.isAnswered() else {
        guard client.ending != nil else { return .notTried(Underway.unanswered) }
        return client.answers.all.isEmpty
          ? .notTried(Underway.unanswered) : .fails(.must, client.seen, sent: sent)
      }
      if client.awaitEnding(within: .seconds(1)) == nil {
        client.finishSending()
        _ = client.awaitEnding(within: .seconds(5))
      }
      // Here the answer came before the reset; over a network the reset can pass it.
      return client.ending == .reset
        ? .fails(.should, client.seen, sent: sent) : .holds("answered, closed without a reset")
    },
    Case(
      "stream", .must, "A response that is under way at the signal comes to its end.",
      source: Source.termination, user: "a download or a report that stops in the middle",
      mend: "let a response count as in flight until its last byte is written"
    ) { scene throws(CommandError) in
      guard let path = scene.service.options.stream else { return .notTried("needs stream=") }
      let client = try scene.connect()
      client.send(RequestText(path: path).whole)
      client.read(until: .now + scene.service.patience) { ($0.answers.all.first?.body ?? 0) > 0 }
      guard client.answers.complete.isEmpty else {
        return .notTried("\(path) comes in one piece; stream= takes one that comes bit by bit")
      }
      scene.signal()
      client.read(until: .now + scene.service.options.grace) { !$0.answers.complete.isEmpty }
      return client.answers.complete.isEmpty
        ? .fails(.must, client.seen, sent: "GET \(path), and the signal after the first bytes")
        : .holds("complete, \(client.answers.complete[0].body.grouped) bytes")
    },
    Case(
      "slow-reader", .must, "A client that reads slowly gets the whole answer.",
      source: Source.termination, user: "a download that stops in the middle on a slow line",
      mend: "wait until the response has left the process, not until the handler has returned"
    ) { scene throws(CommandError) in
      guard let path = scene.service.options.large else { return .notTried("needs large=") }
      let client = try scene.connect(window: 8192)
      client.send(RequestText(path: path).whole)
      scene.pause(scene.service.requestTime + Scene.settle)
      client.take(atMost: 4096)
      scene.signal()
      scene.pause(.milliseconds(500))
      let deadline = MonotonicTime.now + scene.service.options.grace
      while client.ending == nil, client.answers.complete.isEmpty, .now < deadline {
        client.take(atMost: 65_536)
        scene.pause(.milliseconds(2))
      }
      guard let answer = client.answers.complete.first else {
        return .fails(
          .must, client.seen, sent: "GET \(path), and read 4 KiB until 0.5 s after the signal")
      }
      guard answer.body >= 1 << 20 else {
        return .notTried(
          "\(path) has \(answer.body.of("byte")), which the kernel can hold; needs 1 MiB")
      }
      return .holds("complete, \(answer.body.grouped) bytes")
    },
  ]
}
