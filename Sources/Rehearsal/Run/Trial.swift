import Comparison
import Shared

/// Rehearses a service with one value of a setting after the other, from the smallest, until one
/// loses nothing in two runs: a request that arrives at the wrong moment is rare. A grace period
/// also has to be long enough for every pod to end by itself.
struct Trial {
  private let trial: OwnService.Trial
  private let options: Options

  /// - Throws: `CommandError` when a value is not allowed, or something is missing.
  init(_ trial: OwnService.Trial, of own: OwnService, _ options: Options) throws(CommandError) {
    self.trial = trial
    self.options = options
    for value in trial.values {
      _ = try Subject(own, Self.set(value, of: trial.setting, in: options), inherited: [])
    }
  }

  /// What has to hold of each run with the right value.
  private var claims: [Claim] {
    let claims = [Claim.failsNowhere, .everyDeletionUnderLoad]
    return trial.setting == .grace ? claims + [.oldPodsEndByThemselves] : claims
  }

  /// Says after each run what failed, and at the end the smallest value that is enough.
  /// - Returns: the exit status: 0 only when there is one.
  /// - Throws: `CommandError` when the harness could not do its part.
  func run(until signals: Signals) async throws(CommandError) -> Int32 {
    for value in trial.values {
      var isGood = true
      for attempt in 1...2 where isGood {
        let result = try await run(value, attempt, until: signals)
        let verdict = Verdict(of: result, claims: claims)
        isGood = verdict.word == "holds"
        Console.line("\(name(value)): \(Self.text(result))\(Self.reasons(verdict))")
      }
      guard isGood else { continue }
      Console.line("\(name(value)) is the smallest that lost nothing, in two runs")
      return 0
    }
    if let first = trial.values.first, let last = trial.values.last {
      Console.line(
        first == last
          ? "\(name(first)) is not enough"
          : "no \(trial.setting.rawValue)= of \(first) to \(last) is enough")
    }
    return 1
  }

  /// One run, repeated when the machine was too slow for it.
  private func run(_ value: Int, _ attempt: Int, until signals: Signals)
    async throws(CommandError) -> RowResult
  {
    var options = Self.set(value, of: trial.setting, in: options)
    for repetition in 0..<3 {
      // Each run is another one.
      options.seed = options.seed.map { $0 &+ UInt64(attempt + repetition) }
      let results = try await Rehearsal(options).run(until: signals, isBrief: true)
      if let result = results.first, result.harness.isSound { return result }
      Console.line("\(name(value)): the machine was too slow, so this run says nothing")
    }
    throw .unavailable("the machine is too slow for this; fewer clients= may help")
  }

  private func name(_ value: Int) -> String { "\(trial.setting.rawValue)=\(value)" }

  private static func set(
    _ value: Int, of setting: OwnService.Trial.Setting, in options: Options
  ) -> Options {
    var options = options
    switch setting {
    case .prestop: options.preStop = value
    case .grace: options.grace = value
    }
    return options
  }

  /// Why a run does not count although no request failed.
  private static func reasons(_ verdict: Verdict) -> String {
    verdict.findings.dropFirst().filter { $0.holds != true }
      .map { "; \($0.holds == false ? "FAILS" : "not checked"): \($0.claim) (\($0.seen))" }
      .joined()
  }

  /// `12 of 2,134 requests failed: 9 refused, 3 eof`.
  private static func text(_ result: RowResult) -> String {
    let (counts, sent) = (result.counts, result.counts.sent.grouped)
    guard counts.failed > 0 else { return "no request of \(sent) failed" }
    let classes = Outcome.failures.compactMap { outcome in
      let count = counts.sum { $0 == outcome }
      return count > 0 ? "\(count.grouped) \(outcome.rawValue)" : nil
    }
    return
      "\(counts.failed.grouped) of \(sent) requests failed: \(classes.joined(separator: ", "))"
  }
}
