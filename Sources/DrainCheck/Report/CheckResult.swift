import Comparison
import Shared

/// What a check found, as its JSON document has it.
package struct CheckResult: Codable, Equatable, Sendable {
  package struct Entry: Codable, Equatable, Sendable {
    package enum Verdict: String, Codable, Sendable {
      case holds, fails
      case notTried = "not tried"
    }

    package let name: String
    /// That of the claim.
    package let level: Level
    package let verdict: Verdict
    /// That of the failure, which can be less grave than the claim; nil when it holds.
    package let failed: Level?
    package let sentence: String
    package let source: String
    package let seen: String
    package let sent: String?
    package let user: String?
    package let mend: String?
    package let seconds: Double
  }

  package let schema: Int
  package let command: String
  package let port: UInt16
  package let signal: String
  package let grace: Double
  /// Whether the command ran as PID 1 of a namespace.
  package let pid1: Bool
  package let request: String
  package let status: Int
  package let milliseconds: Double
  package let keepsConnections: Bool
  package let startMilliseconds: Double
  package private(set) var cases: [Entry] = []
  /// Whether no must fails, and not all of them were left out: that would prove nothing.
  package private(set) var holds = true

  init(_ service: Service, isPID1: Bool) {
    let options = service.options
    schema = 1
    command = options.command.joined(separator: " ")
    port = options.port
    signal = options.signal.name
    grace = options.grace / .seconds(1)
    pid1 = isPID1
    request = options.request.name
    status = service.status
    milliseconds = Self.rounded(service.requestTime / .milliseconds(1))
    keepsConnections = service.keepsAlive
    startMilliseconds = Self.rounded(service.startTime / .milliseconds(1))
  }

  mutating func add(_ each: Case, _ finding: Finding, took: Duration) {
    var failed: Level?
    if case .fails(let level) = finding.verdict { failed = level }
    let hasFailed = failed != nil
    cases.append(
      Entry(
        name: each.name, level: each.level,
        verdict: hasFailed ? .fails : finding.verdict == .holds ? .holds : .notTried,
        failed: failed, sentence: each.sentence, source: each.source, seen: finding.seen,
        sent: hasFailed ? finding.sent : nil, user: hasFailed ? each.user : nil,
        mend: hasFailed ? each.mend : nil,
        seconds: Self.rounded(took / .seconds(1))))
    let musts = cases.filter { $0.level == .must }
    holds =
      cases.allSatisfy { $0.failed != .must }
      && (musts.isEmpty || musts.contains { $0.verdict != .notTried })
  }

  private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }

  /// - Throws: `CommandError` (73).
  package func write(to path: String) throws(CommandError) {
    try ResultFile.write(path, option: "json") { try ResultFile.encode(self) }
  }
}
