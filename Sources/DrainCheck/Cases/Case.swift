import Comparison
import Shared

/// How much a failure matters.
package enum Level: String, CaseIterable, Codable, Comparable, Sendable {
  /// A client loses something that it sent before it could know of the stop.
  case must
  /// The stop is slower or ruder than it has to be.
  case should
  /// No claim: what was seen is worth knowing.
  case info

  /// The graver level is the smaller one.
  package static func < (left: Level, right: Level) -> Bool {
    left != right && (left == .must || right == .info)
  }
}

/// One claim about how a server stops, and how to try it.
package struct Case: Sendable {
  /// As `only=` takes it.
  package let name: String
  package let level: Level
  /// The claim.
  package let sentence: String
  /// Where the rule stands.
  package let source: String
  /// What a user of the service sees when it does not hold.
  package let user: String
  /// How it is usually mended.
  package let mend: String
  package let start: Start
  package let run: @Sendable (Scene) throws(CommandError) -> Finding

  /// How far the server is when the case begins.
  package enum Start: Equatable, Sendable {
    /// It has answered a request.
    case serving
    /// As the child of an init process, and serving.
    case underInit
    /// Not started: the case does that.
    case none
  }

  init(
    _ name: String, _ level: Level, _ sentence: String, source: String, user: String, mend: String,
    start: Start = .serving,
    run: @escaping @Sendable (Scene) throws(CommandError) -> Finding
  ) {
    self.name = name
    self.level = level
    self.sentence = sentence
    self.source = source
    self.user = user
    self.mend = mend
    self.start = start
    self.run = run
  }
}

/// Where the rules of the cases stand.
enum Source {
  static let termination = "Kubernetes, Pod Lifecycle, Termination of Pods"
  static let disposability = "The Twelve-Factor App, IX Disposability"
  static let tearDown = "RFC 9112 section 9.6, Tear-down"
  static let persistence = "RFC 9112 section 9.3, Persistence"
  static let pipelining = "RFC 9112 section 9.3.2, Pipelining"
  static let expect = "RFC 9110 section 10.1.1, Expect"
  static let halfClose = "RFC 9293 section 3.6, Closing a Connection"
  static let backlog = "listen(2): the kernel completes connections before accept(2)"
  static let pid1 = "pid_namespaces(7): signals without a handler do not reach PID 1"
}
