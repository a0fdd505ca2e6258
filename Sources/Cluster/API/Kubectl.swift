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

  /// Takes kubectl's current context, and the namespace given or that of the context.
  /// - Throws: `Refusal`: 69 without kubectl or a context.
  init(environment: [String], namespace: String?) async throws(Refusal) {
    func variable(_ name: String) -> String? {
      environment.first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) }
    }
    patience = .seconds(variable("API_PATIENCE").flatMap { Double($0) } ?? 30)
    pause = .seconds(variable("POLL").flatMap { Double($0) } ?? 1)
    guard let path = Command.path(of: "kubectl", in: variable("PATH") ?? "") else {
      throw .missing("kubectl is missing: https://kubernetes.io/docs/tasks/tools")
    }
    self.path = path
    self.environment = environment
    func config(_ arguments: [String]) async throws(Refusal) -> String? {
      let outcome = try await Command(
        arguments: [path, "config"] + arguments, environment: environment
      ).run(within: Self.deadline)
      return outcome.code == 0 ? String(decoding: outcome.output, as: UTF8.self).trimmed : nil
    }
    guard let context = try await config(["current-context"]), !context.isEmpty else {
      throw .missing(
        "no cluster: kubectl has no current context; make kind-create makes one, kubectl config use-context NAME chooses one"
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
  /// - Throws: `Refusal` with the last line of its standard error; 75 when the API server stays
  ///   away.
  @discardableResult
  func callAsFunction(
    _ arguments: String..., input: [UInt8] = [], within time: Duration = Kubectl.deadline
  ) async throws(Refusal) -> [UInt8] {
    try await run(arguments, input: input, within: time)
  }

  @discardableResult
  func run(_ arguments: [String], input: [UInt8] = [], within time: Duration = Kubectl.deadline)
    async throws(Refusal) -> [UInt8]
  {
    let end = MonotonicTime.now + patience
    while true {
      let outcome = try await command(arguments, input: input).run(within: time)
      if outcome.code == 0 { return outcome.output }
      if Task.isCancelled { throw .interrupted }
      let refusal = refusal(outcome, arguments, after: time)
      guard Self.isTransient(outcome) else { throw refusal }
      guard MonotonicTime.now < end else {
        throw Refusal(
          message:
            "no answer from the API server of context \(context) for \((patience / .seconds(1)).fixed(0)) s (\(outcome.complaint)); is the cluster up?",
          status: 75)
      }
      do { try await Task.sleep(for: pause) } catch { throw .interrupted }
    }
  }

  /// Runs kubectl once and gives its lines as they come: watches, logs that are followed.
  func follow(
    _ arguments: [String], within time: Duration, line: @escaping @Sendable (String) -> Void
  ) async throws(Refusal)
    -> Command.Outcome
  {
    try await command(arguments).run(within: time, line: line)
  }

  private func command(_ arguments: [String], input: [UInt8] = []) -> Command {
    Command(
      arguments: [path, "--context", context, "--namespace", namespace] + arguments,
      environment: environment, input: input)
  }

  private func refusal(_ outcome: Command.Outcome, _ arguments: [String], after time: Duration)
    -> Refusal
  {
    let what = "kubectl \(arguments.prefix(3).joined(separator: " "))"
    return outcome.isLate
      ? Refusal(message: "\(what) did not end within \(time.components.seconds) s", status: 75)
      : Refusal(message: "\(what): \(outcome.complaint)", status: 69)
  }

  /// Whether the same call may go well a moment later. The texts are those of client-go and of the
  /// API server.
  static func isTransient(_ outcome: Command.Outcome) -> Bool {
    if outcome.isLate { return true }
    let text = String(decoding: outcome.errors, as: UTF8.self)
    return transient.contains { text.contains($0) }
  }

  private static let transient = [
    "was refused", "connection refused", "connection reset", "i/o timeout", "TLS handshake timeout",
    "deadline exceeded",
    "no route to host",
    ": EOF", "unexpected EOF", "client connection lost", "(ServiceUnavailable)", "(Timeout)",
    "(TooManyRequests)", "(Conflict)",
    "etcdserver",
    "currently unable to handle", "restart has already been triggered within the past second",
  ]
}

extension String {
  /// Without white space around it.
  var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
