import Comparison
import Shared

/// One of the scripts that the talk's targets run, for the namespace in use; what it says is shown
/// as it comes.
struct DeployScript: Sendable {
  let kubectl: Kubectl
  let arguments: [String]
  var limit = Duration.seconds(600)

  /// - Parameters:
  ///   - variables: `name=value`, in place of what the environment has.
  ///   - failure: what its failure means for the command.
  /// - Throws: `CommandError` (75) with the last line of its standard error.
  func run(_ variables: [String] = [], for failure: String) async throws(CommandError) {
    let own = variables + ["ns=\(kubectl.namespace)"]
    let names = own.map { $0.prefix { $0 != "=" } + "=" }
    let inherited = kubectl.environment.filter { variable in
      !names.contains { variable.hasPrefix($0) }
    }
    let outcome = try await Command(arguments: arguments, environment: inherited + own).run(
      within: limit
    ) { Console.line("  \($0)") }
    if Task.isCancelled { throw .interrupted }
    guard outcome.code == 0 else {
      throw CommandError(.temporary, "\(failure): \(outcome.complaint)")
    }
  }
}
