import Comparison
import Shared

/// The command of a subject's pods, and how each is told its name and where to listen.
struct PodCommand: Equatable, Sendable {
  /// The environment variables that hold a pod's address and port; nil for a program that is not
  /// told the one.
  struct Listening: Equatable, Sendable {
    var host: String?
    var port: String?
  }

  /// The path of the program.
  let executable: String
  /// With references to variables, `$(NAME)`.
  let arguments: [String]
  /// On which pods listen where each has an address of its own.
  let port: UInt16
  /// The port in the manifest that it stands for.
  var containerPort: Int
  let listening: Listening
  /// The variable that holds the pod's name unless the manifest sets it.
  let podName: String
  /// What the manifest's environment is added to, as `NAME=value`.
  var base: [String] = []
  /// What stands in place of the manifest's environment, and besides it.
  var replaced: [String: String] = [:]

  /// What one pod's process is started with.
  struct Start: Equatable, Sendable {
    let arguments: [String]
    /// All of it, as `NAME=value`; the last of two with one name counts.
    let environment: [String]
  }

  /// - Parameter environment: what else replaces the manifest's: an address that exists in a
  ///   cluster only has another one here.
  func start(
    of deployment: Deployment, podName: String, at address: SocketAddress,
    environment: [String: String] = [:]
  ) -> Start {
    let variables = deployment.environment(
      podName: podName, address: address.host, replaced: replaced(at: address, environment))
    let values = Dictionary(variables.map { ($0.name, $0.value) }) { $1 }
    return Start(
      arguments: arguments.map { VariableReferences.expand($0, values) },
      // What a pod's host name is by default.
      environment: base + ["\(self.podName)=\(podName)"]
        + variables.map { "\($0.name)=\($0.value)" })
  }

  /// The command of a probe, with its references to variables replaced.
  func probe(_ words: [String], of deployment: Deployment, at address: SocketAddress) -> [String] {
    let values = deployment.writtenValues(replaced: replaced(at: address))
    return words.map { VariableReferences.expand($0, values) }
  }

  private func replaced(at address: SocketAddress, _ environment: [String: String] = [:])
    -> [String: String]
  {
    var replaced = self.replaced.merging(environment) { $1 }
    // Its address, which on one machine must be told.
    if let name = listening.host { replaced[name] = address.host }
    if let name = listening.port { replaced[name] = "\(address.port)" }
    return replaced
  }

  /// Where a pod is asked that listens at an address: the port that the manifest says, unless that
  /// is the one for which the pod got another.
  func address(of port: Int, at address: SocketAddress) -> SocketAddress {
    port == containerPort ? address : address.with(port: UInt16(clamping: port))
  }
}
