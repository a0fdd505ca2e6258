/// Writes structured lines, `ts=… level=… msg=… key=value`, to standard output. Never blocks: lines
/// go to a buffer of 1 MiB, which a thread of its own writes out. Lines that do not fit are dropped
/// and counted.
public struct Log: Sendable {
  /// How long `flush` waits by default for the reader of standard output.
  public static let flushTimeout = Duration.seconds(1)

  private let level: LogLevel
  private let pod: String
  private let writer: LineWriter?

  /// A log to standard output, with the level and pod name of the configuration.
  public init(_ config: Config) {
    self.init(level: config.logLevel, pod: config.podName, descriptor: STDOUT_FILENO)
  }

  /// - Parameters:
  ///   - descriptor: where to write; the caller closes it after the log's end.
  ///   - capacity: bytes that may wait to be written.
  init(level: LogLevel, pod: String, descriptor: Int32, capacity: Int = 1 << 20) {
    self.level = level
    self.pod = pod
    writer =
      level == .off
      ? nil
      : LineWriter(descriptor: descriptor, capacity: capacity) { dropped in
        var line = LogLine(.warning, "log lines dropped", at: .now)
        line.add("count", dropped)
        line.add("pod", pod)
        line.end()
        return line.bytes
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
    write(.info, message, fill)
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
    write(level, message) { line in for (key, value) in fields { line.add(key, value) } }
  }

  private func write(_ level: LogLevel, _ message: String, _ fill: (inout LogLine) -> Void) {
    guard let writer else { return }
    var line = LogLine(level, message, at: .now)
    fill(&line)
    line.add("pod", pod)
    line.end()
    writer.append(line.bytes)
  }
}
