import Libc

/// The exit status of a process, as in `sysexits.h`, so that callers can tell failures apart.
public enum ExitCode: Int32, Sendable {
  /// The process did its work, and lost nothing.
  case success = 0
  /// The process did its work, and something was lost.
  case failure = 1
  /// `EX_USAGE`: wrong arguments.
  case usage = 64
  /// `EX_DATAERR`: input with wrong content.
  case data = 65
  /// `EX_NOINPUT`: input that does not exist.
  case noInput = 66
  /// `EX_UNAVAILABLE`: a program or service that is needed does not answer.
  case unavailable = 69
  /// `EX_SOFTWARE`: a fault of this program.
  case software = 70
  /// `EX_OSERR`: the system refuses, for example a port that is in use.
  case osError = 71
  /// `EX_CANTCREAT`: output that cannot be written.
  case cannotCreate = 73
  /// `EX_TEMPFAIL`: the same command may succeed later.
  case temporary = 75
  /// `EX_CONFIG`: a setting with a value that is not allowed.
  case config = 78
  /// A program that cannot be executed, as shells report it.
  case notFound = 127
  /// 128 + SIGINT, as a shell reports a program that Ctrl-C ended.
  case interrupted = 130

  /// Writes one line to standard error, and ends the process with this status.
  public func exit(_ message: String) -> Never {
    var line = Array(message.utf8)
    // One line, also when it quotes a value with control characters.
    for index in line.indices where line[index] < 0x20 { line[index] = UInt8(ascii: " ") }
    line.append(UInt8(ascii: "\n"))
    // The status tells what happened also when no program reads standard error.
    signal(SIGPIPE, SIG_IGN)
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    exit()
  }

  /// Ends the process with this status.
  public func exit() -> Never { end(rawValue) }
}

/// exit(3), which a type with an `exit` of its own cannot name.
private func end(_ status: Int32) -> Never { exit(status) }
