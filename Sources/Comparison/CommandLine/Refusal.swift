import Shared

/// Why a rehearsal does not start or cannot go on: one line for standard error and the exit status.
package struct Refusal: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong, where, and what is allowed; one line without a newline.
  package let message: String
  /// A status of `sysexits.h`, 64 to 78.
  package let status: Int32

  package init(message: String, status: Int32) {
    self.message = message
    self.status = status
  }

  package var description: String { message }

  /// `EX_USAGE`: the command line.
  package static func usage(_ message: String) -> Refusal { Refusal(message: message, status: 64) }
  /// `EX_DATAERR`: a file that is there, but does not hold what it should.
  package static func data(_ message: String) -> Refusal { Refusal(message: message, status: 65) }
  /// `EX_NOINPUT`: a file that is not there or cannot be read.
  package static func noInput(_ message: String) -> Refusal {
    Refusal(message: message, status: 66)
  }
  /// `EX_CANTCREAT`: a file that cannot be written.
  package static func cannotCreate(_ message: String) -> Refusal {
    Refusal(message: message, status: 73)
  }
  /// `EX_UNAVAILABLE`: a program or a service that is needed is not there.
  package static func missing(_ message: String) -> Refusal {
    Refusal(message: message, status: 69)
  }
  /// Ctrl-C; whoever catches it last says what became of the work.
  package static let interrupted = Refusal(message: "interrupted", status: 130)

  package func exit() -> Never {
    let line = Array("\(message)\n".utf8)
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    Shared.exit(status)
  }
}
