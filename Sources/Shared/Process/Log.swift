import Libc

/// Writes structured lines, `ts=… level=… msg=… key=value`, to standard output. Never blocks:
/// lines go to a buffer of 1 MiB, which a thread of its own writes out. Lines that do not fit are
/// dropped and counted, and so are those of a write that fails; the next one is tried a second
/// later. The thread ends when the last copy of the log is released.
public struct Log: Sendable {
  /// How long `flush` waits by default for the reader of standard output.
  public static let flushTimeout = Duration.seconds(1)

  /// How much memory lines may take that wait to be written, twice: one half waits while the other
  /// is written.
  static let capacity = 1 << 20

  private let level: LogLevel
  private let pod: String
  /// Takes each line, with its newline; nil: none is made.
  private let write: (@Sendable ([UInt8]) -> Void)?
  private let writer: LineWriter?

  /// A log to standard output, with the level and pod name of the configuration. Ends the process
  /// with one line and exit status 71 (`EX_OSERR`) when it has no descriptors or thread left, for
  /// the log or for its tasks: a log is made before the first of them.
  public init(_ config: Config) {
    FileDescriptor.openStandard()
    do throws(SystemError) {
      _ = DescriptorLimit.raise()
      // With those of a server's loops and listener, which come when tasks run.
      try DescriptorLimit.check(for: 2 * (config.loops ?? Processors.usable) + 4)
    } catch {
      ExitCode.osError.exit("\(error)")
    }
    self.init(level: config.logLevel, pod: config.podName, descriptor: STDOUT_FILENO)
  }

  /// A log whose lines go elsewhere.
  /// - Parameter sink: gets each line with its newline, on the thread that logs it, which may be an
  ///   event loop's: it must not block.
  public init(_ config: Config, sink: @escaping @Sendable ([UInt8]) -> Void) {
    level = config.logLevel
    pod = config.podName
    write = level == .off ? nil : sink
    writer = nil
  }

  /// - Parameters:
  ///   - descriptor: where to write; the caller closes it after the log's end.
  ///   - capacity: bytes that may wait to be written.
  init(level: LogLevel, pod: String, descriptor: Int32, capacity: Int = Log.capacity) {
    self.level = level
    self.pod = pod
    guard level != .off else {
      (write, writer) = (nil, nil)
      return
    }
    do throws(SystemError) {
      let writer = try LineWriter(descriptor: descriptor, capacity: capacity) { dropped in
        var line = LogLine(.warning, "log lines dropped", at: .now)
        line.add("count", dropped)
        line.add("pod", pod)
        line.end()
        return line.bytes
      }
      self.writer = writer
      write = { writer.append($0) }
    } catch {
      ExitCode.osError.exit("\(error)")
    }
  }

  /// A log without output.
  public static var none: Log { Log(level: .off, pod: "", descriptor: -1) }

  /// Logs a line: a message, then the fields in their order.
  public func debug(_ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
    log(.debug, message, fields)
  }
  /// Logs a line: a message, then the fields in their order.
  public func info(_ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
    log(.info, message, fields)
  }
  /// Logs a line: a message, then the fields in their order.
  public func warning(_ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
    log(.warning, message, fields)
  }
  /// Logs a line: a message, then the fields in their order.
  public func error(_ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
    log(.error, message, fields)
  }

  /// Logs a line on a hot path, without an array of fields.
  /// - Parameter fill: adds the fields; not called when the level is off.
  public func info(_ message: String, fill: (inout LogLine) -> Void) {
    guard level <= .info else { return }
    make(.info, message, fill)
  }

  /// Waits until all lines so far are written, but no longer than `limit`: a reader may hang.
  /// - Returns: whether they are written.
  @discardableResult
  public func flush(within limit: Duration = Log.flushTimeout) async -> Bool {
    guard let writer else { return true }
    return await writer.flush(within: limit)
  }

  private func log(_ level: LogLevel, _ message: String, _ fields: KeyValuePairs<String, String>) {
    guard self.level <= level else { return }
    make(level, message) { line in for (key, value) in fields { line.add(key, value) } }
  }

  private func make(_ level: LogLevel, _ message: String, _ fill: (inout LogLine) -> Void) {
    guard let write else { return }
    var line = LogLine(level, message, at: .now)
    fill(&line)
    line.add("pod", pod)
    line.end()
    write(line.bytes)
  }
}
