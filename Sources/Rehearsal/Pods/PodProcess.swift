import Comparison
import Libc
import Shared

/// The process of a pod's container.
struct PodProcess: Sendable {
  let pid: pid_t
  /// What it writes to standard output, and to standard error unless `errors` is there.
  /// Non-blocking; the reader closes it at its end.
  let output: Int32
  /// As `output`: what it writes to standard error.
  let errors: Int32?
  private let reaper: Reaper
  private let pid1: PID1

  /// - Parameters:
  ///   - environment: all of it, as `NAME=value`; nothing is inherited. The last of two with one
  ///     name counts, as in Kubernetes.
  ///   - separatesErrors: whether standard error has a pipe of its own, so that no line of the one
  ///     cuts a line of the other.
  ///   - harness: the path of this executable, which becomes the trampoline.
  /// - Throws: `CommandError` when there is no descriptor or process left. A program that cannot be
  ///   executed starts, and ends with 127 and one line.
  init(
    executable: String, arguments: [String], environment: [String], separatesErrors: Bool = false,
    harness: String, pid1: PID1 = .emulated, group: pid_t, reaper: Reaper
  ) throws(CommandError) {
    let pipe = try Pipe()
    defer { close(pipe.writing) }
    var errorPipe: Pipe?
    do {
      if separatesErrors { errorPipe = try Pipe() }
      defer { if let errorPipe { close(errorPipe.writing) } }
      pid = try reaper.spawn(
        Launch(
          arguments: Trampoline.arguments(
            harness: harness, pid1, executable: executable, arguments: arguments),
          environment: Self.lastOfEach(environment), output: pipe.writing,
          errors: errorPipe?.writing, group: group, blocked: PID1.blocked(pid1)))
    } catch {
      for reading in [pipe.reading, errorPipe?.reading].compactMap(\.self) { close(reading) }
      throw error
    }
    output = pipe.reading
    errors = errorPipe?.reading
    self.reaper = reaper
    self.pid1 = pid1
    for reading in [output, errors].compactMap(\.self) { Pipe.setNonBlocking(reading) }
  }

  /// Without those that a later one of the same name replaces: getenv(3) would find the first.
  private static func lastOfEach(_ environment: [String]) -> [String] {
    var names: Set<Substring> = []
    return environment.reversed().filter { names.insert($0.prefix { $0 != "=" }).inserted }
      .reversed()
  }

  /// Sends a signal; nothing when the process has ended.
  func send(_ signal: Int32) {
    reaper.send(signal == SIGKILL && pid1 == .namespace ? PID1.kill : signal, to: pid)
  }
}
