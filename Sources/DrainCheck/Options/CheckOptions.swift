import Comparison
import Libc
import Shared

/// What a check is asked to do.
package struct CheckOptions: Equatable, Sendable {
  /// The command line of the server, as words.
  package var command: [String] = []
  package var port: UInt16 = 0
  package var path = "/"
  package var body = ""
  /// How long the request takes; measured when nil.
  package var slow: Duration?
  /// The path of the readiness probe.
  package var ready: String?
  /// A path whose response comes bit by bit.
  package var stream: String?
  /// A path whose response is large.
  package var large: String?
  /// `NAME=value`, in addition to this process's environment.
  package var environment: [String] = []
  package var grace = Duration.seconds(30)
  package var signal = StopSignal.term
  /// Names of cases; all when empty.
  package var only: [String] = []
  package var json: String?
  package var junit: String?

  package init() {}

  package var request: RequestText { RequestText(path: path, body: body) }
}

/// The signal that asks a server to drain: STOPSIGNAL of its image.
package enum StopSignal: String, CaseIterable, Sendable {
  case term = "TERM"
  case int = "INT"
  case quit = "QUIT"
  case hup = "HUP"
  case usr1 = "USR1"
  case winch = "WINCH"

  package var number: Int32 {
    switch self {
    case .term: SIGTERM
    case .int: SIGINT
    case .quit: SIGQUIT
    case .hup: SIGHUP
    case .usr1: SIGUSR1
    case .winch: SIGWINCH
    }
  }

  package var name: String { "SIG\(rawValue)" }
}
