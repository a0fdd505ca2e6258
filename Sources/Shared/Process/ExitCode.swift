/// Exit statuses that callers can tell apart, by their names in `sysexits.h`.
public enum ExitCode: Int32, Sendable {
  case success = 0
  /// It ran, and something was lost.
  case failure = 1
  /// `EX_USAGE`: wrong arguments.
  case usage = 64
  /// `EX_DATAERR`: input that does not hold what it should.
  case data = 65
  /// `EX_NOINPUT`: input that is not there.
  case noInput = 66
  /// `EX_UNAVAILABLE`: something else that is needed does not answer.
  case unavailable = 69
  /// `EX_SOFTWARE`: a mistake of our own.
  case software = 70
  /// `EX_OSERR`: the system refused, for example a port that is in use.
  case osError = 71
  /// `EX_CANTCREAT`: output that cannot be written.
  case cannotCreate = 73
  /// `EX_CONFIG`: a setting with a value that is not allowed.
  case config = 78

  /// Ends the process, with one line for standard error.
  public func exit(_ message: String) -> Never {
    var line = Array(message.utf8)
    // One line, whatever a value that is quoted in it held.
    for index in line.indices where line[index] < 0x20 { line[index] = UInt8(ascii: " ") }
    line.append(UInt8(ascii: "\n"))
    // The status says what happened also where nobody reads the line.
    signal(SIGPIPE, SIG_IGN)
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    exit()
  }

  /// Ends the process.
  public func exit() -> Never { end(rawValue) }
}

/// exit(3), which a type with an `exit` of its own cannot name.
private func end(_ status: Int32) -> Never { exit(status) }
