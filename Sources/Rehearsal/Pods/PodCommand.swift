import Comparison
import Shared

/// The command of a subject's pods, and how each is told who it is and where to listen.
struct PodCommand: Equatable, Sendable {
  /// The environment variables that hold a pod's address and port; nil for a program that is not
  /// told the one.
  struct Listening: Equatable, Sendable {
    var host: String?
    var port: String?
  }

  /// The path of the program.
  let executable: String
  let arguments: [String]
  /// The port on which pods listen where each has an address of its own.
  let port: UInt16
  let listening: Listening
  /// The variable that holds the pod's name unless the manifest sets it.
  let podName: String

  /// All of a pod's environment, as `NAME=value`; the last of two with one name counts.
  /// - Parameter replaced: what stands in place of the manifest's: an address that exists in a
  ///   cluster only has another one here.
  func environment(
    of deployment: Deployment, podName: String, at address: SocketAddress,
    replaced: [String: String]
  ) -> [String] {
    // What a pod's host name is by default.
    var environment = ["\(self.podName)=\(podName)"]
    environment += deployment.environment(podName: podName).map { "\($0.name)=\($0.value)" }
    environment += replaced.map { "\($0.key)=\($0.value)" }
    // Its address, which on one machine must be told.
    if let name = listening.host { environment.append("\(name)=\(address.host)") }
    if let name = listening.port { environment.append("\(name)=\(address.port)") }
    return environment
  }
}
