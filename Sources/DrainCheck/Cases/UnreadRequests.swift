import Comparison
import Shared

/// Where requests come that the server has not read at the signal.
enum UnreadRequests: Equatable {
  /// On connections that it has not accepted.
  case backlog
  /// On new ones that it has accepted.
  case open
  /// On those that have had an answer.
  case kept
  /// So many on one connection, at once.
  case pipelining(Int)

  /// As many as a server answers within the time that an answer is waited for, also one that
  /// answers one after the other.
  static let connections = 20
  /// Which of the two a server looks at first, a signal or a request, is a race, and in some the
  /// request wins three times of four: tried so often, or until a request is lost.
  static let rounds = 20
  /// The first of them catch a server that looks for signals at times; those after them are for the
  /// race, and short.
  static func suspension(in round: Int) -> Duration {
    round <= 3 ? Scene.suspension : .milliseconds(50)
  }

  /// The clients that connect before the server is stopped.
  func clients(_ scene: Scene) throws(CommandError) -> [WireClient] {
    switch self {
    case .backlog: []
    case .open: try scene.clients(Self.connections)
    case .kept: try scene.idleClients(Self.connections)
    case .pipelining: try scene.clients(1)
    }
  }

  /// How many requests each connection carries.
  var each: Int { if case .pipelining(let count) = self { count } else { 1 } }
  var level: Level { each > 1 ? .should : .must }

  /// How a report puts it.
  func sent(_ request: String, on count: Int) -> String {
    let connections = count.of("connection")
    return switch self {
    case .backlog: "\(request) on \(connections) while it was stopped, then the signal"
    case .open: "\(request) on \(connections), accepted, while it was stopped, then the signal"
    case .kept: "\(request) on \(count) kept connections while it was stopped, then the signal"
    case .pipelining: "\(request) \(each) times at once while it was stopped, then the signal"
    }
  }
}

extension Case {
  static let needsFreeze = "needs to stop the server's processes, which this system does not allow"

  /// Requests that come while the server is stopped, before the signal.
  static func unread(
    _ scene: Scene, on kind: UnreadRequests
  ) throws(CommandError) -> Finding {
    let text = String(repeating: scene.service.request.whole, count: kind.each)
    var total = 0
    for round in 1...UnreadRequests.rounds {
      if round > 1 { try scene.restart() }
      var clients = try kind.clients(scene)
      if !clients.isEmpty { scene.pause() }
      let time = UnreadRequests.suspension(in: round)
      let isStopped = try scene.signalUnread(suspended: time) { () throws(CommandError) in
        if kind == .backlog { clients = scene.waitingClients(UnreadRequests.connections) }
        for client in clients { client.send(text) }
      }
      guard isStopped else { return .notTried(needsFreeze) }
      let deadline = MonotonicTime.now + scene.service.patience
      for client in clients {
        client.read(until: deadline) { $0.answers.complete.count >= kind.each }
      }
      total += clients.count * kind.each
      let lost = clients.filter { $0.answers.complete.count < kind.each }
      guard let first = lost.first else { continue }
      let count = lost.map { kind.each - $0.answers.complete.count }.reduce(0, +)
      return .fails(
        kind.level,
        "\(count) of \(total) not answered in \(round.of("SIGTERM")), the first: \(first.seen)",
        sent: kind.sent(scene.service.request.name, on: clients.count))
    }
    return total == 0
      ? .notTried("no connection was left at the signal")
      : .holds("\(total) of \(total) answered in \(UnreadRequests.rounds.of("SIGTERM"))")
  }
}
