import Comparison
import Shared

extension Case {
  /// What becomes of connections that are new to the server.
  static let connections: [Case] = [
    Case(
      "backlog", .must, "Connections in the backlog at the signal are served.",
      source: Source.backlog,
      user: "errors whenever a busy server is stopped: connections it had not accepted are reset",
      mend: "at the signal, accept until the backlog is empty, and then close the listener"
    ) { scene throws(CommandError) in
      try unread(scene, on: .backlog)
    },
    Case(
      "new-connection", .must,
      "A new connection during the drain is refused or served, never accepted and dropped.",
      source: Source.termination,
      user: "a wait and then an error, where a refused client would have gone elsewhere at once",
      mend: "close the listener when the drain begins; serve what was accepted until then"
    ) { scene throws(CommandError) in
      // It keeps the drain from ending at once.
      let underway = try Underway(scene)
      scene.signal()
      scene.pause(Scene.settle * 2)
      var accepted: [(number: Int, client: WireClient)] = []
      var (refused, served) = (0, 0)
      for number in 1...10 {
        if number == 5 { underway.complete() }
        do throws(WireClient.Failure) {
          let client = try WireClient.connect(to: scene.service.address, within: .seconds(2))
          client.send(scene.service.request.whole)
          accepted.append((number, client))
        } catch {
          guard error == .refused else {
            return .fails(
              .must, "\(ordinal(number)) connection: neither accepted nor refused",
              sent: "the signal, then new connections, one after the other")
          }
          refused += 1
        }
        scene.pause(.milliseconds(50))
        guard number >= 5 else { continue }
        // Only now, and each closed once it is answered: a server that handles one connection at a
        // time cannot answer the first four while it handles the one under way.
        if number == 5, underway.isAnswered() { underway.client.finishSending() }
        while let (number, client) = accepted.first {
          guard client.awaitAnswers(within: scene.service.patience) else {
            return .fails(
              .must, "\(ordinal(number)) connection: accepted, \(client.seen)",
              sent: "the signal, then \(scene.service.request.name) on new connections")
          }
          served += 1
          accepted.removeFirst()
        }
      }
      return .holds("\(served) served, \(refused) refused")
    },
    Case(
      "silent", .should, "A connection that never sends a byte does not hold the exit.",
      source: Source.termination, user: "nothing; but each deploy waits for SIGKILL",
      mend: "close connections without a request when their time is up"
    ) { scene throws(CommandError) in
      let clients = try scene.clients(3)
      scene.pause()
      return holdsExit(scene, keeping: clients, sent: "nothing on 3 connections")
    },
    Case(
      "endless", .should, "A client that never ends its request does not hold the exit.",
      source: Source.termination,
      user: "nothing; but each deploy waits for SIGKILL, which cuts whatever else still runs",
      mend: "give the drain a deadline that is shorter than the grace period"
    ) { scene throws(CommandError) in
      let client = try scene.connect()
      client.send(scene.service.request.headHalves.first)
      scene.pause()
      return holdsExit(scene, keeping: [client], sent: "half of a request, and nothing more")
    },
    Case(
      "readiness", .info, "What the readiness probe gets during the drain.",
      source: Source.termination, user: "", mend: ""
    ) { scene throws(CommandError) in
      guard let path = scene.service.options.ready else { return .notTried("needs ready=") }
      let underway = try Underway(scene)
      scene.signal()
      scene.pause(min(Scene.settle, scene.service.requestTime / 3))
      let probe: String
      do throws(WireClient.Failure) {
        let client = try WireClient.connect(to: scene.service.address)
        client.send(RequestText(path: path).whole)
        client.awaitAnswers(within: .seconds(1))
        probe = client.seen
      } catch {
        probe = error == .refused ? "refused" : "no connection"
      }
      underway.complete()
      return .holds("a new connection: \(probe)")
    },
  ]

  /// Whether the server ends by itself while clients keep their connections.
  static func holdsExit(_ scene: Scene, keeping clients: [WireClient], sent: String) -> Finding {
    scene.signal()
    let exit = scene.exit()
    return withExtendedLifetime(clients) {
      guard let exit else {
        return .fails(
          .should, "still ran when the grace of \(ms(scene.service.options.grace)) was over",
          sent: sent)
      }
      return .holds("exit \(exit.code) after \(ms(scene.time(of: exit)))")
    }
  }

  private static func ordinal(_ number: Int) -> String {
    let names = ["first", "second", "third"]
    return names.indices.contains(number - 1) ? names[number - 1] : "\(number)th"
  }
}
