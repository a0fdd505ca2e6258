import Comparison
import Shared

extension Case {
  /// The case that the others depend on.
  static let stops = Case(
    "stops", .must, "The server ends by itself after the signal, within the grace period.",
    source: Source.pid1,
    user: "each pod that is deleted lives its whole grace and is then killed with its requests",
    mend: "handle the signal: as PID 1 a process without a handler ignores it; no shell as PID 1"
  ) { scene throws(CommandError) in
    // The end of the start can take longer on a slow machine, and all cases depend on this one.
    scene.pause(Scene.settle * 5)
    scene.signal()
    guard let exit = scene.exit() else {
      return .fails(
        .must, "still ran when the grace of \(ms(scene.service.options.grace)) was over",
        sent: "\(scene.service.options.signal.name), without any connection")
    }
    return .holds("after \(ms(scene.time(of: exit)))")
  }

  /// How the process ends.
  static let exits: [Case] = [
    Case(
      "exit-code", .should, "A clean stop is exit status 0.",
      source: Source.termination,
      user: "nothing; but the pod is shown as Error, and alerts and Jobs take it for a crash",
      mend: "end with exit(0) after the drain; a status of 128 or more is a signal's"
    ) { scene throws(CommandError) in
      scene.signal()
      guard let exit = scene.exit() else { return .notTried("it does not end") }
      return exit.code == 0
        ? .holds("exit 0") : .fails(.should, "exit \(exit.code)", sent: "the signal, when idle")
    },
    Case(
      "exit-soon", .should, "The process ends soon after its last answer.",
      source: Source.termination, user: "nothing; but each pod of a rollout takes longer",
      mend: "wait for the end of the last connection as an event, not for a time to pass"
    ) { scene throws(CommandError) in
      let underway = try Underway(scene)
      scene.signal()
      scene.pause(.milliseconds(20))
      underway.complete()
      guard underway.isAnswered() else { return .notTried(Underway.unanswered) }
      underway.client.finishSending()
      let answered = MonotonicTime.now
      // More than the two seconds that some go on accepting: those are not judged by a race.
      let limit = Duration.milliseconds(2500)
      guard let exit = scene.exit() else {
        return .fails(.should, "it did not end within the grace", sent: underway.sent(scene))
      }
      let time = max(.zero, exit.instant - answered)
      return time <= limit
        ? .holds("\(ms(time)) after it")
        : .fails(.should, "\(ms(time)) after it", sent: underway.sent(scene))
    },
    Case(
      "children", .should, "No process of the server outlives it.",
      source: Source.pid1, user: "work of child processes is cut: the kernel kills them with PID 1",
      mend: "pass the signal on to child processes, and wait for them before the exit",
      start: .underInit
    ) { scene throws(CommandError) in
      scene.signal()
      guard scene.exit() != nil else { return .notTried("it does not end") }
      guard let left = scene.server.leftBehind else { return .notTried("needs a PID namespace") }
      return left.isEmpty
        ? .holds("none left")
        : .fails(.should, "left: \(left.joined(separator: ", "))", sent: "the signal, when idle")
    },
    Case(
      "start-up", .info, "A signal during the start ends the process.",
      source: Source.pid1, user: "", mend: "", start: .none
    ) { scene throws(CommandError) in
      let time = scene.service.startTime
      let patience = min(scene.service.options.grace, time + .seconds(3))
      var ended: [String] = []
      for tenth in [1, 3, 5, 7, 9] {
        try scene.launch()
        scene.pause(time * tenth / 10)
        scene.signal()
        if let exit = scene.server.exit(by: .now + patience) { ended.append("\(exit.code)") }
      }
      let codes = Set(ended).sorted().joined(separator: ", ")
      return .holds(
        "\(ended.count) of 5 signals during the \(ms(time)) of its start ended it"
          + (ended.isEmpty ? "" : " (exit \(codes))"))
    },
    Case(
      "signal-twice", .info, "What a second signal does to a request under way.",
      source: Source.termination, user: "", mend: ""
    ) { scene throws(CommandError) in
      let underway = try Underway(scene)
      scene.signal()
      scene.pause(min(Scene.settle, scene.service.requestTime / 3))
      scene.signal()
      scene.pause(.milliseconds(20))
      underway.complete()
      let isAnswered = underway.isAnswered()
      return .holds(isAnswered ? "it is answered" : "it is cut: \(underway.client.seen)")
    },
  ]

  /// All, in the order in which they are run and shown.
  package static let all: [Case] = [[stops], requests, kept, connections, transfers, exits]
    .flatMap(\.self)
}
