import Shared

/// Why a command does not start or cannot go on: one line for standard error and the exit status.
package struct CommandError: Error, Equatable, Sendable, CustomStringConvertible {
  package let status: ExitCode
  /// What is wrong, where, and what is allowed; one line without a newline.
  package let message: String

  package init(_ status: ExitCode, _ message: String) {
    self.status = status
    self.message = message
  }

  package var description: String { message }

  package static func usage(_ message: String) -> CommandError { CommandError(.usage, message) }
  package static func data(_ message: String) -> CommandError { CommandError(.data, message) }
  package static func noInput(_ message: String) -> CommandError { CommandError(.noInput, message) }
  package static func unavailable(_ message: String) -> CommandError {
    CommandError(.unavailable, message)
  }
  package static func software(_ message: String) -> CommandError {
    CommandError(.software, message)
  }
  package static func osError(_ message: String) -> CommandError { CommandError(.osError, message) }
  package static func cannotCreate(_ message: String) -> CommandError {
    CommandError(.cannotCreate, message)
  }
  package static func temporary(_ message: String) -> CommandError {
    CommandError(.temporary, message)
  }
  package static func interrupted(_ message: String) -> CommandError {
    CommandError(.interrupted, message)
  }

  /// Ctrl-C; the command that catches it last says what became of its work.
  package static let interrupted = CommandError(.interrupted, "interrupted")
}
