/// Why a rehearsal does not start or cannot go on: one line for standard error and the exit status.
struct Refusal: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong, where, and what is allowed; one line without a newline.
  let message: String
  /// A status of `sysexits.h`, 64 to 78.
  let status: Int32

  var description: String { message }

  /// `EX_USAGE`: the command line.
  static func usage(_ message: String) -> Refusal { Refusal(message: message, status: 64) }
  /// `EX_DATAERR`: a file that is there, but does not hold what it should.
  static func data(_ message: String) -> Refusal { Refusal(message: message, status: 65) }
  /// `EX_NOINPUT`: a file that is not there or cannot be read.
  static func noInput(_ message: String) -> Refusal { Refusal(message: message, status: 66) }
  /// `EX_CANTCREAT`: a file that cannot be written.
  static func cannotCreate(_ message: String) -> Refusal { Refusal(message: message, status: 73) }
}
