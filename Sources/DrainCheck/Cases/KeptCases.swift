import Comparison
import Shared

extension Case {
  /// What becomes of connections that clients keep between requests.
  static let kept: [Case] = [
    Case(
      "kept-next", .should, "An idle kept connection stays open until an answer says close.",
      source: Source.persistence,
      user: "now and then an error: a request and the close of its connection pass each other",
      mend: "leave idle connections open for some seconds; answer the next with Connection: close"
    ) { scene throws(CommandError) in
      guard scene.service.keepsAlive else { return .notTried(closesEach) }
      let client = try scene.idle()
      scene.signal()
      var count = 0
      while scene.sinceSignal < .seconds(5) {
        count += 1
        if client.awaitEnding(within: Scene.settle) != nil {
          return .fails(
            .should, "closed \(count == 1 ? "at once" : "after \(count) answers"), unannounced",
            sent: "nothing since its last answer")
        }
        client.forget()
        client.send(scene.service.request.whole)
        guard client.awaitAnswers(within: scene.service.patience) else {
          return .fails(
            .must, client.seen, sent: "\(scene.service.request.name) on an open kept connection")
        }
        guard client.answers.complete.first?.saysClose == true else { continue }
        return client.awaitEnding(within: .seconds(5)) == nil
          ? .fails(
            .should, "\(client.seen), and not closed within 5 s",
            sent: "\(scene.service.request.name) on the kept connection")
          : .holds("answered \(client.seen), closed")
      }
      return .holds("still served without the field \(ms(scene.sinceSignal)) after the signal")
    },
    Case(
      "kept-unread", .must,
      "Requests that came on kept connections before the signal are answered.",
      source: Source.termination,
      user: "errors whenever a busy server is stopped: requests it had not read yet are dropped",
      mend: "before an idle connection is closed, look once more whether a request has come"
    ) { scene throws(CommandError) in
      guard scene.service.keepsAlive else { return .notTried(closesEach) }
      return try unread(scene, on: .kept)
    },
    Case(
      "kept-load", .must, "Clients with kept connections lose no request under load.",
      source: Source.termination, user: "some errors at every deploy and every scale-down",
      mend: "leave idle connections open for some seconds; answer the next with Connection: close"
    ) { scene throws(CommandError) in
      guard scene.service.keepsAlive else { return .notTried(closesEach) }
      var total = Crowd.Count()
      let rounds = 10
      for round in 1...rounds {
        if round > 1 { try scene.restart() }
        var crowd = try Crowd(scene)
        guard let count = crowd.stop() else {
          return .notTried("it closes its connections before the signal")
        }
        total += count
        if total.lost > 0 || round == rounds {
          let share =
            "\(total.lost) of \(total.sent.grouped) requests lost in \(round.of("SIGTERM"))"
          return total.lost == 0
            ? .holds(share)
            : .fails(
              .must, "\(share) (\(total.reset) reset, \(total.lost - total.reset) other)",
              sent:
                "\(scene.service.request.name) over \(Crowd.size) kept connections"
            )
        }
      }
      return .notTried("no round")
    },
    Case(
      "kept-idle", .should, "An idle kept connection does not hold the exit.",
      source: Source.termination, user: "nothing; but each deploy waits for SIGKILL",
      mend: "close idle connections when their time is up, or give the drain a deadline"
    ) { scene throws(CommandError) in
      guard scene.service.keepsAlive else { return .notTried(closesEach) }
      let client = try scene.idle()
      return holdsExit(scene, keeping: [client], sent: "nothing more on a kept connection")
    },
  ]

  static let closesEach = "the server closes each connection after one answer"
}
