import Comparison
import Libc
import Shared

/// A program that is run beside the harness: kubectl, a script. It leads a process group of its
/// own, so that Ctrl-C reaches the harness alone, which then ends what it started in the order it
/// chooses.
struct Command: Sendable {
  /// What a program left behind.
  struct Exit: Equatable, Sendable {
    /// The exit status, or 128 and the number of the signal.
    var code: Int32
    var output: [UInt8] = []
    var errors: [UInt8] = []
    /// It was ended because its time was over.
    var isLate = false

    /// What it said last on standard error that is not empty; it is what a user is shown.
    var complaint: String {
      let lines = String(decoding: errors, as: UTF8.self).split(separator: "\n").map {
        $0.drop { $0 == " " }
      }.filter { !$0.isEmpty }
      return String((lines.last ?? "no reason given").prefix(500))
    }
  }

  /// The path of the program and its arguments.
  var arguments: [String]
  /// All of it, as `NAME=value`.
  var environment: [String]
  /// Standard input.
  var input: [UInt8] = []

  /// A pipe can be inherited for a moment before it is close-on-exec: none is made while another
  /// thread starts a program, or that program would hold it open.
  fileprivate static let starting = Lock(())

  /// Runs it to its end. When the task is cancelled, the program and what it started get SIGTERM,
  /// and SIGKILL a moment later.
  /// - Parameters:
  ///   - time: after it the program is ended in the same way.
  ///   - line: takes the lines of standard output one by one instead of `Exit.output`, on a
  ///     thread of the program's own.
  /// - Throws: `CommandError` when it cannot be started.
  func run(within time: Duration, line: (@Sendable (String) -> Void)? = nil)
    async throws(CommandError)
    -> Exit
  {
    let cancelled = try Self.starting.withLock { _ throws(CommandError) in try Pipe() }
    let end = MonotonicTime.now + time
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        BackgroundThread.start {
          let result: Result<Exit, CommandError>
          do throws(CommandError) {
            var running = try Running(self, line)
            result = .success(running.outcome(by: end, cancelled: cancelled.reading))
          } catch {
            result = .failure(error)
          }
          continuation.resume(returning: result)
        }
      }
    } onCancel: {
      var byte: UInt8 = 0
      _ = write(cancelled.writing, &byte, 1)
    }
    for end in [cancelled.reading, cancelled.writing] { close(end) }
    return try result.get()
  }

  /// Where a program is found, as a shell finds it; nil when it is nowhere.
  static func path(of program: String, in folders: String) -> String? {
    folders.split(separator: ":").map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
  }
}

/// One run of a command, on the thread that waits for it. Only this thread reaps the process, so
/// that no signal goes to a stranger.
private struct Running {
  /// Between SIGTERM and SIGKILL, and how long what it left running may hold its output open.
  private static let patience = Duration.seconds(2)

  private let pid: pid_t
  private let output: Int32
  private let errors: Int32
  private let line: (@Sendable (String) -> Void)?
  private var outcome = Command.Exit(code: 0)
  private var rest: [UInt8] = []

  init(_ command: Command, _ line: (@Sendable (String) -> Void)?) throws(CommandError) {
    self.line = line
    (pid, output, errors) = try Command.starting.withLock { _ throws(CommandError) in
      try Self.start(command)
    }
  }

  private static func start(_ command: Command) throws(CommandError) -> (
    pid_t, output: Int32, errors: Int32
  ) {
    let output = try Pipe()
    let errors = try Pipe()
    let input = command.input.isEmpty ? -1 : try file(of: command.input)
    defer { for end in [output.writing, errors.writing, input] where end >= 0 { close(end) } }
    var launch = Launch(
      arguments: command.arguments, environment: command.environment, output: output.writing,
      group: 0)
    launch.errors = errors.writing
    launch.input = input >= 0 ? input : nil
    do throws(CommandError) { return (try launch.spawn(), output.reading, errors.reading) } catch {
      for end in [output.reading, errors.reading] { close(end) }
      throw error
    }
  }

  /// A file without a name that holds what the program is to read: it cannot block as a pipe could.
  private static func file(of bytes: [UInt8]) throws(CommandError) -> Int32 {
    var name = Array("/tmp/calc-input.XXXXXX".utf8CString)
    let file = mkstemp(&name)
    _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    guard file >= 0 else {
      throw .cannotCreate("/tmp: no file can be made there: \(String(cString: strerror(errno)))")
    }
    unlink(name)
    guard Descriptor.write(bytes, to: file) else {
      close(file)
      throw .cannotCreate("/tmp: cannot be written: \(String(cString: strerror(errno)))")
    }
    lseek(file, 0, SEEK_SET)
    return file
  }

  mutating func outcome(by end: MonotonicTime, cancelled: Int32) -> Command.Exit {
    var sources = [output, errors, cancelled]
    var due = end
    var signal = SIGTERM
    while sources[0] >= 0 || sources[1] >= 0 {
      let left = max(0, ((due - .now) / .milliseconds(1)).rounded(.up))
      let isCancelled = takeReady(from: &sources, milliseconds: Int32(min(left, 60_000)))
      guard isCancelled || MonotonicTime.now >= due else { continue }
      // This process may have been stopped for longer than the deadline: what the program wrote
      // meanwhile, a full pipe and its end, is read first.
      for _ in 0..<4 { _ = takeReady(from: &sources, milliseconds: 0) }
      if signal == 0 || sources[0] < 0 && sources[1] < 0 { break }
      outcome.isLate = outcome.isLate || !isCancelled
      kill(-pid, signal)
      due = .now + Self.patience
      signal = signal == SIGTERM ? SIGKILL : 0
    }
    for end in [output, errors] { close(end) }
    // The pipes are closed: a process that still writes gets SIGPIPE.
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    outcome.code = WaitStatus.code(status)
    if let line, !rest.isEmpty { line(String(decoding: rest, as: UTF8.self)) }
    return outcome
  }

  /// Reads once what is ready; a source at its end becomes -1.
  /// - Returns: whether the third source says that the task was cancelled.
  private mutating func takeReady(from sources: inout [Int32], milliseconds: Int32) -> Bool {
    var polled = sources.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    guard poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { return false }
    for index in 0..<2
    where polled[index].revents != 0 && !take(from: sources[index], isOutput: index == 0) {
      sources[index] = -1
    }
    let isCancelled = polled[2].revents != 0
    if isCancelled { sources[2] = -1 }
    return isCancelled
  }

  /// False at the end.
  private mutating func take(from source: Int32, isOutput: Bool) -> Bool {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = read(source, &bytes, bytes.count)
    guard count > 0 else { return count < 0 && errno == EINTR }
    guard isOutput else {
      outcome.errors += bytes[..<count]
      return true
    }
    guard let line else {
      outcome.output += bytes[..<count]
      return true
    }
    var start = 0
    while let newline = bytes[start..<count].firstIndex(of: UInt8(ascii: "\n")) {
      line(String(decoding: rest + bytes[start..<newline], as: UTF8.self))
      rest.removeAll()
      start = newline + 1
    }
    rest += bytes[start..<count]
    return true
  }
}
