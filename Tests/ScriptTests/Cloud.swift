@testable import TestSupport

/// DigitalOcean, as `doctl` tells of it.
enum Cloud {
  /// As the scripts remember it.
  static let account = "t-1 team Example"
  /// A field of what was made from here.
  static let mark = #".metadata.labels.app\.kubernetes\.io/part-of"# + "\tgraceful-shutdown"
  static let api = "https://api.digitalocean.com/v2/things/1"
  /// As doctl quotes the API.
  static let absent =
    #"Error: GET \#(api): 404 (request "r-1") The resource you were accessing could not be found."#
  static let domains = "*|doctl compute domain list*|0|example.org\\ntalk.example.org"

  /// A sandbox with a cluster in a cloud, in which `doctl` and the programs that reach machines
  /// answer so.
  /// - Parameter answers: as `Sandbox.answers` takes them.
  static func sandbox(_ answers: String...) throws -> Sandbox { try sandbox(answers) }

  static func sandbox(_ answers: [String]) throws -> Sandbox {
    let sandbox = try Sandbox(
      context: "do-fra1-calc", programs: ["doctl", "ssh", "scp", "ssh-keygen", "docker"])
    try sandbox.write(answers.map { "\($0)\n" }.joined(), to: "standin/answers")
    return sandbox
  }

  /// A field of the Service that this load balancer belongs to.
  static func balancer(_ id: String) -> String {
    #".metadata.annotations.kubernetes\.digitalocean\.com/load-balancer-id"# + "\t\(id)"
  }
}

extension Sandbox {
  /// What a command before this one made, or saw, on DigitalOcean.
  func remember(_ value: String, as name: String) throws {
    try write("\(value)\n", to: "state/do/\(name)")
  }
}
