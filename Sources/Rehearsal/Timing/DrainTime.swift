import Comparison
import DrainCheck
import Libc
import Shared

/// How long a step takes from its last response to its end, when SIGTERM finds all of its
/// connections in the middle of a request: what `make bench` shows of the drain.
enum DrainTime {
  static let help = [
    "drain-time PATH [CONNECTIONS]: from the last response of the step at PATH to its end, in ms:",
    "SIGTERM comes when each of 5,000 connections has sent half of a request",
  ]
  private static let timeout = Duration.seconds(10)
  private static let half =
    "POST /sum HTTP/1.1\r\nHost: timing\r\nContent-Length: 21\r\n\r\n{\"numbers\":"
  private static let rest = "[1,2,3,4]}"

  /// Starts the executable, drains it, and prints the milliseconds.
  /// - Throws: `CommandError` when it cannot be started, does not answer each request, or ends with
  ///   another status than 0.
  static func run(_ arguments: [String], until signals: Signals) throws(CommandError) {
    let count = arguments.count == 2 ? Int(arguments[1]) : 5_000
    guard let path = arguments.first, arguments.count <= 2, let count, count > 0 else {
      throw .usage("drain-time takes the path of an executable and a number of connections")
    }
    _ = DescriptorLimit.raise()
    let watcher = try TimedProcess.watch(until: signals)
    defer { watcher.release() }
    var addresses = LoopbackAddresses(subject: 0, mode: .portEach, origin: Int(getpid()))
    let process = try TimedProcess([path], at: addresses.take(), group: watcher.group)
    let clients: [WireClient]
    do throws(CommandError) {
      clients = try connect(count, to: process)
    } catch {
      process.kill()
      throw error
    }
    process.terminate()
    for client in clients { client.send(rest) }
    var answered = 0
    for client in clients where client.awaitEnding(within: timeout) == .closed {
      if client.answers.complete.count == 1 { answered += 1 }
      // Until then the server reads on.
      client.finishSending()
    }
    let last = MonotonicTime.now
    let code = process.awaitEnd(until: last + timeout)
    let took = MonotonicTime.now - last
    guard answered == count, code == 0 else {
      throw .unavailable("\(path) answered \(answered) of \(count), it ended with \(code)")
    }
    print(TimedProcess.milliseconds(took))
  }

  /// Each has sent half of a request.
  private static func connect(_ count: Int, to process: TimedProcess) throws(CommandError)
    -> [WireClient]
  {
    let end = MonotonicTime.now + timeout
    var clients: [WireClient] = []
    while clients.count < count {
      do throws(WireClient.Failure) {
        let client = try WireClient.connect(to: process.address)
        client.send(half)
        clients.append(client)
      } catch {
        // At first it does not listen yet.
        let isStarting = error == .refused && clients.isEmpty && !process.hasEnded
        guard isStarting, MonotonicTime.now < end else {
          throw .unavailable("\(process.executable): connection \(clients.count + 1): \(error)")
        }
      }
    }
    return clients
  }
}
