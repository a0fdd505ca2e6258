import Comparison
import Shared

/// A service of one's own that is to be rehearsed instead of the rows.
struct OwnService: Equatable, Sendable {
  /// One value after the other of a setting, until one loses nothing.
  struct Trial: Equatable, Sendable {
    enum Setting: String, CaseIterable, Sendable { case prestop, grace }

    let setting: Setting
    /// Rising, none twice.
    let values: [Int]
  }

  /// The path of the manifest; `-` for standard input.
  var deployment: String
  /// What standard input held.
  var bytes: [UInt8]?
  /// The Deployment's name, where the manifest holds several.
  var name: String?
  /// The container's, where the pods have several.
  var container: String?
  /// The command, instead of the manifest's.
  var run: [String]?
  /// The variables that tell a pod its address and port.
  var listening = PodCommand.Listening()
  /// The container's port, where the manifest does not say it.
  var port: Int?
  var method = "GET"
  var target = "/"
  var body = ""
  /// More fields of each request.
  var headers: [HTTPGet.Header] = []
  var accepted = AcceptedStatuses()
  /// Variables in place of the manifest's, and besides them.
  var environment: [String: String] = [:]
  var trial: Trial?

  init(deployment: String = "") { self.deployment = deployment }

  /// How errors call the manifest.
  var file: String { deployment == "-" ? "standard input" : deployment }
}
