import Comparison
import Shared

/// kubectl, in one context and namespace.
struct Kubectl: Sendable {
  /// What one call may take.
  static let deadline = Duration.seconds(30)

  private let path: String
  let environment: [String]
  let context: String
  let namespace: String
  /// Where its calls go, as `kind-calc/default`.
  var place: String { "\(context)/\(namespace)" }
  /// For how long the API server may be away (a restart, a change of leader) before the harness
  /// gives up: `API_PATIENCE`, as the scripts have it, in seconds.
  let patience: Duration
  /// How long to wait between two looks, and between two tries while the API server is away:
  /// `POLL`, in seconds.
  let pause: Duration
  private let transient: TransientErrors

  /// Takes kubectl's current context, and the namespace given or that of the context.
  /// - Throws: `CommandError`: 69 without kubectl or a context.
  init(environment: [String], namespace: String?) async throws(CommandError) {
    transient = try TransientErrors()
    func variable(_ name: String) -> String? {
      environment.first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) }
    }
    patience = .seconds(variable("API_PATIENCE").flatMap { Double($0) } ?? 30)
    pause = .seconds(variable("POLL").flatMap { Double($0) } ?? 1)
    guard let path = Command.path(of: "kubectl", in: variable("PATH") ?? "") else {
      throw .unavailable("kubectl is missing: https://kubernetes.io/docs/tasks/tools")
    }
    self.path = path
    self.environment = environment
    func config(_ arguments: [String]) async throws(CommandError) -> String? {
      let outcome = try await Command(
        arguments: [path, "config"] + arguments, environment: environment
      ).run(within: Self.deadline)
      return outcome.code == 0 ? String(decoding: outcome.output, as: UTF8.self).trimmed : nil
    }
    guard let context = try await config(["current-context"]), !context.isEmpty else {
      throw .unavailable(
        "no cluster: kubectl has no current context; make kind-create makes one, kubectl config "
          + "use-context NAME chooses one"
      )
    }
    self.context = context
    if let namespace {
      self.namespace = namespace
    } else {
      let own = try await config(["view", "--minify", "-o", "jsonpath={..namespace}"]) ?? ""
      self.namespace = own.isEmpty ? "default" : own
    }
  }

  /// Runs kubectl; while the API server is away it is run again.
  /// - Returns: its standard output.
  /// - Throws: `CommandError` with the last line of its standard error; 75 when the API server
  ///   stays away.
  @discardableResult
  func callAsFunction(
    _ arguments: String..., input: [UInt8] = [], within time: Duration = Kubectl.deadline
  ) async throws(CommandError) -> [UInt8] {
    try await run(arguments, input: input, within: time)
  }

  @discardableResult
  func run(_ arguments: [String], input: [UInt8] = [], within time: Duration = Kubectl.deadline)
    async throws(CommandError) -> [UInt8]
  {
    let end = MonotonicTime.now + patience
    while true {
      let outcome = try await command(arguments, input: input).run(within: time)
      if outcome.code == 0 { return outcome.output }
      if Task.isCancelled { throw .interrupted }
      let refusal = refusal(outcome, arguments, after: time)
      guard outcome.isLate || transient.matches(outcome.errors) else { throw refusal }
      guard MonotonicTime.now < end else {
        throw CommandError(
          .temporary,
          "no answer from the API server of context \(context) for "
            + "\((patience / .seconds(1)).fixed(0)) s (\(outcome.complaint)); is the cluster up?"
        )
      }
      do { try await Task.sleep(for: pause) } catch { throw .interrupted }
    }
  }

  /// Runs kubectl once and gives its lines as they come: watches, logs that are followed.
  func follow(
    _ arguments: [String], within time: Duration, line: @escaping @Sendable (String) -> Void
  ) async throws(CommandError)
    -> Command.Exit
  {
    try await command(arguments).run(within: time, line: line)
  }

  private func command(_ arguments: [String], input: [UInt8] = []) -> Command {
    Command(
      arguments: [path, "--context", context, "--namespace", namespace] + arguments,
      environment: environment, input: input)
  }

  private func refusal(_ outcome: Command.Exit, _ arguments: [String], after time: Duration)
    -> CommandError
  {
    let what = "kubectl \(arguments.prefix(3).joined(separator: " "))"
    return outcome.isLate
      ? CommandError(.temporary, "\(what) did not end within \(time.components.seconds) s")
      : CommandError(.unavailable, "\(what): \(outcome.complaint)")
  }
}
