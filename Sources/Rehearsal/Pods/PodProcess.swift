import Shared

/// The process of a pod's container.
struct PodProcess: Sendable {
  let pid: pid_t
  /// What it writes to standard output and standard error. Non-blocking; whoever has read to its end closes it.
  let output: Int32
  private let reaper: Reaper

  /// - Parameters:
  ///   - environment: all of it, as `NAME=value`; nothing is inherited.
  ///   - harness: the path of this executable, which becomes the trampoline.
  /// - Throws: `Refusal` when there is no descriptor or process left. A program that cannot be executed starts, and ends with 127 and one line.
  init(executable: String, arguments: [String], environment: [String], harness: String, group: pid_t, reaper: Reaper) throws(Refusal) {
    let pipe = try Pipe()
    defer { close(pipe.writing) }
    let launch = Launch(
      arguments: Trampoline.arguments(harness: harness, executable: executable, arguments: arguments), environment: environment,
      output: pipe.writing, group: group, blocked: [SIGTERM])
    do {
      pid = try reaper.spawn(launch)
    } catch {
      close(pipe.reading)
      throw error
    }
    Pipe.setNonBlocking(pipe.reading)
    output = pipe.reading
    self.reaper = reaper
  }

  /// Sends a signal; nothing when the process has ended.
  func send(_ signal: Int32) { reaper.send(signal, to: pid) }
}
