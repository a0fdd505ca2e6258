import Comparison
import Libc
import Shared

/// The rows of the talk as subjects: the calculator, its request, and the talk's claims.
extension Subject {
  /// The port of the calculator's pods, as in its manifests.
  private static let calculatorPort: UInt16 = 4000

  /// Reads the manifest of a row and looks for its executable.
  /// - Throws: `CommandError`, with what is missing and where.
  init(_ row: Row, _ options: Options) throws(CommandError) {
    var manifest = try ManifestFile(of: row, in: options.manifests)
    try manifest.deployment.replace(grace: options.grace, preStop: options.preStop)
    try manifest.requireProbes(of: Self.calculatorPort)
    let executable = "\(options.executables)/\(manifest.deployment.executable)"
    guard access(executable, X_OK) == 0 else {
      throw .noInput("\(executable), which \(manifest.path) names, is not built: run make build")
    }
    self.init(
      name: row.name, label: "row \(row.name)", manifest: manifest,
      command: PodCommand(
        executable: executable, arguments: manifest.deployment.arguments,
        port: Self.calculatorPort,
        containerPort: manifest.deployment.text(of: "LISTEN_PORT").flatMap { Int($0) }
          ?? Int(Self.calculatorPort),
        listening: .init(host: "LISTEN_HOST", port: "LISTEN_PORT"), podName: "POD_NAME"),
      request: .sum, claims: row.claims, logging: row.logging,
      starvation: Starvation.complaints)
  }
}

extension LoadRequest {
  /// `POST /sum`, whose answer has to hold the request's id and the right sum.
  static let sum = LoadRequest(
    method: .post, target: "/sum", fields: ["Content-Type": "application/json"],
    body: Array(#"{"numbers":[1,2,3,4]}"#.utf8),
    answers: AcceptedAnswers(statuses: AcceptedStatuses([200])) { $0.answers($1) })
}

extension Response {
  private struct Sum: Decodable { let result: Double }

  /// Whether it has the request's id, and the sum of the numbers that each request has.
  fileprivate func answers(_ request: Request) -> Bool {
    guard let id = request.fields.first(AcceptedAnswers.id),
      fields.first(AcceptedAnswers.id) == id, case .bytes(let bytes) = body
    else { return false }
    return (try? JSONDecoder().decode(Sum.self, from: Data(bytes)))?.result == 10
  }
}
