/// Structured lines, `ts=… level=… msg=… key=value`, to standard output. Never blocks: lines go to
/// a bounded buffer, which a thread of its own writes out.
public struct Log: Sendable {
  /// How long the reader of standard output is waited for at the end.
  public static let patience = Duration.seconds(1)

  private let level: LogLevel
  private let pod: String
  private let writer: LogWriter?

  /// A log to standard output, at the configured level.
  public init(_ config: Config) {
    self.init(level: config.logLevel, pod: config.podName, descriptor: STDOUT_FILENO)
  }

  /// - Parameters:
  ///   - descriptor: where to write; stays the caller's, and must outlive the log.
  ///   - capacity: bytes that may wait to be written.
  init(level: LogLevel, pod: String, descriptor: Int32, capacity: Int = 1 << 20) {
    self.level = level
    self.pod = pod
    writer =
      level == .off
      ? nil
      : LogWriter(descriptor: descriptor, capacity: capacity) { dropped in
        var line = LogLine(.warning, "log lines dropped", at: .now)
        line.add("count", dropped)
        line.add("pod", pod)
        line.end()
        return line.bytes
      }
  }

  /// A log that is not written.
  public static var none: Log { Log(level: .off, pod: "", descriptor: -1) }

  public func debug(_ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
    log(.debug, message, fields)
  }
  public func info(_ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
    log(.info, message, fields)
  }
  public func warning(_ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
    log(.warning, message, fields)
  }
  public func error(_ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
    log(.error, message, fields)
  }

  /// For the hot path: `fill` is not called when the level is off, and nothing is boxed.
  public func info(_ message: String, fill: (inout LogLine) -> Void) {
    guard level <= .info else { return }
    write(.info, message, fill)
  }

  /// Waits until all that was logged before is written, but no longer than `limit`: nobody may be
  /// reading.
  /// - Returns: whether it is written.
  @discardableResult
  public func flush(within limit: Duration = Log.patience) async -> Bool {
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
