import Comparison
import Libc
import Shared

/// How long a step takes from its process's start to its first answer: what `make bench` shows of
/// the start.
enum StartupTime {
  static let help = [
    "startup-time [at=ADDRESS:PORT] PATH [ARGUMENT …]: from the start of the executable at PATH",
    "to its first answer to GET /health, in ms: the median of \(runs) starts; at=: where it",
    "listens, if the environment does not tell it",
  ]
  private static let runs = 11
  private static let timeout = Duration.seconds(10)

  /// Starts the executable several times and prints the median in milliseconds. Its processes are
  /// ended and reaped.
  /// - Throws: `CommandError` when it cannot be started, or does not answer.
  static func run(_ arguments: [String], until signals: Signals) async throws(CommandError) {
    let (given, words) = try parse(arguments)
    let watcher = try TimedProcess.watch(until: signals)
    defer { watcher.release() }
    var addresses = LoopbackAddresses(subject: 0, mode: .portEach, origin: Int(getpid()))
    let loop = EventLoop()
    var times: [Duration] = []
    for _ in 0..<runs {
      let address = if let given { given } else { try addresses.take() }
      times.append(try await once(words, group: watcher.group, at: address, on: loop))
    }
    await loop.stop()
    print(TimedProcess.milliseconds(times.sorted()[runs / 2]))
  }

  private static func parse(_ arguments: [String]) throws(CommandError)
    -> (SocketAddress?, words: [String])
  {
    guard let first = arguments.first else {
      throw .usage("startup-time takes the path of an executable")
    }
    guard first.hasPrefix("at=") else { return (nil, arguments) }
    let parts = first.dropFirst(3).split(separator: ":")
    guard parts.count == 2, arguments.count > 1, let port = UInt16(parts[1]),
      let address = SocketAddress(host: String(parts[0]), port: port)
    else { throw .usage("startup-time: \(first): an IPv4 address and a port, then a path") }
    return (address, Array(arguments.dropFirst()))
  }

  private static func once(
    _ words: [String], group: pid_t, at address: SocketAddress, on loop: EventLoop
  ) async throws(CommandError) -> Duration {
    let began = MonotonicTime.now
    let process = try TimedProcess(words, at: address, group: group)
    let answered = await loop.perform { await answer(of: process, until: began + timeout, on: $0) }
    let code = process.kill()
    guard let answered else {
      throw CommandError(
        .unavailable,
        "\(process.executable) gave no answer"
          + (code == 137 ? " within \(timeout)" : ", it ended with \(code)"))
    }
    return answered - began
  }

  /// Asks again at once while the connection is refused: a pause would be part of the figure.
  private static func answer(
    of process: TimedProcess, until end: MonotonicTime, on loop: isolated EventLoop
  ) async -> MonotonicTime? {
    let client = Client()
    while MonotonicTime.now < end, !process.hasEnded {
      do throws(ClientError) {
        let response = try await client.send(
          Request(.get, "/health"), to: process.address, reuse: false, on: loop)
        if response.status == .ok { return .now }
      } catch {
        continue
      }
    }
    return nil
  }
}
