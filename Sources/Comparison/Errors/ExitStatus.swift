/// How a command ends, for its caller to tell apart; the names are those of `sysexits.h`.
package enum ExitStatus: Int32, Sendable {
  case success = 0
  /// A verdict does not hold, or something failed that was counted.
  case failure = 1
  /// `EX_USAGE`: wrong words on the command line.
  case usage = 64
  /// `EX_DATAERR`: a file or an answer that does not hold what it should.
  case data = 65
  /// `EX_NOINPUT`: a file that is not there or cannot be read.
  case noInput = 66
  /// `EX_UNAVAILABLE`: a program or a service that is needed is not there.
  case unavailable = 69
  /// `EX_SOFTWARE`: a mistake of our own.
  case software = 70
  /// `EX_OSERR`: the system refused, for example a port that is in use.
  case osError = 71
  /// `EX_CANTCREAT`: a file that cannot be written.
  case cannotCreate = 73
  /// `EX_TEMPFAIL`: the same command may succeed later.
  case temporary = 75
  /// A program that cannot be executed, as shells have it.
  case notFound = 127
  /// 128 + SIGINT, as a shell shows a program that Ctrl-C ended.
  case interrupted = 130
}
