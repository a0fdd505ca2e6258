import Libc
import Shared

/// One connection of a client that speaks bytes. Every call that waits has a deadline; none waits
/// for a time to pass that an event could end.
package final class WireClient {
  /// How the server ended the connection.
  package enum Ending: Equatable, Sendable { case closed, reset }

  /// Why there is no connection.
  package enum Failure: Error, Equatable, Sendable {
    case refused, timeout
    case other(Int32)
  }

  private let socket: Socket
  package private(set) var bytes: [UInt8] = []
  package private(set) var ending: Ending?

  private init(_ socket: Socket) { self.socket = socket }

  deinit { socket.close() }

  /// - Parameter window: the size of the kernel's receive buffer, for a client that reads slowly.
  package static func connect(
    to address: SocketAddress, within time: Duration = .seconds(5), window: Int32? = nil
  ) throws(Failure) -> WireClient {
    let client = WireClient(Socket(descriptor: Platform.makeStreamSocket(family: address.family)))
    guard client.socket.descriptor >= 0 else { throw .other(errno) }
    if var window {
      let size = socklen_t(MemoryLayout<Int32>.size)
      setsockopt(client.socket.descriptor, SOL_SOCKET, SO_RCVBUF, &window, size)
    }
    Platform.disableNagle(client.socket.descriptor)
    let result = address.withSocketAddress {
      Libc.connect(client.socket.descriptor, $0, $1)
    }
    if result != 0 {
      guard errno == EINPROGRESS else { throw errno == ECONNREFUSED ? .refused : .other(errno) }
      guard client.waits(for: POLLOUT, until: .now + time) else { throw .timeout }
      let error = Platform.pendingError(client.socket.descriptor)
      guard error == 0 else { throw error == ECONNREFUSED ? .refused : .other(error) }
    }
    return client
  }

  /// Sends all of it, unless the server ends the connection or takes nothing for 5 s.
  @discardableResult package func send(_ text: String) -> Bool { send(Array(text.utf8)) }

  @discardableResult package func send(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      switch rest.withUnsafeBytes({ socket.write($0) }) {
      case .bytes(let count): rest = rest.dropFirst(count)
      case .wouldBlock: guard waits(for: POLLOUT, until: .now + .seconds(5)) else { return false }
      case .end, .failed: return false
      }
    }
    return true
  }

  /// Reads what has come; does not wait.
  package func take(atMost limit: Int = .max) {
    var buffer = [UInt8](repeating: 0, count: min(limit, 65_536))
    var left = limit
    while left > 0, ending == nil {
      switch buffer.withUnsafeMutableBytes({ socket.read(into: $0) }) {
      case .bytes(let count):
        bytes += buffer[..<count]
        left -= count
      case .wouldBlock: return
      case .end: ending = .closed
      case .failed: ending = .reset
      }
    }
  }

  /// Reads until `isDone`, the server's end, or the deadline.
  /// - Returns: whether it is done.
  @discardableResult
  package func read(until deadline: MonotonicTime, _ isDone: (WireClient) -> Bool) -> Bool {
    take()
    while !isDone(self) {
      guard ending == nil, waits(for: POLLIN, until: deadline) else { return isDone(self) }
      take()
    }
    return true
  }

  /// Whether so many answers are complete within the time.
  @discardableResult
  package func awaitAnswers(_ count: Int = 1, within time: Duration) -> Bool {
    read(until: .now + time) { $0.answers.complete.count >= count }
  }

  /// How the server ended the connection; nil when it has not within the time.
  package func awaitEnding(within time: Duration) -> Ending? {
    read(until: .now + time) { $0.ending != nil }
    return ending
  }

  package var answers: Answers { Answers(bytes, hasEnded: ending == .closed) }

  /// Whether the server has ended it by now, as a client looks before it sends.
  package var hasEnded: Bool {
    take()
    return ending != nil
  }

  /// For `poll`.
  package var descriptor: Int32 { socket.descriptor }

  package func finishSending() { socket.closeWriting() }

  /// Forgets what came, so that the next answer is the first.
  package func forget() { bytes = [] }

  private func waits(for events: Int32, until deadline: MonotonicTime) -> Bool {
    while true {
      let left = ((deadline - .now) / .milliseconds(1)).rounded(.up)
      var waiting = pollfd(fd: socket.descriptor, events: Int16(events), revents: 0)
      if poll(&waiting, 1, Int32(max(0, min(left, 60_000)))) > 0 { return true }
      if MonotonicTime.now >= deadline { return false }
    }
  }
}

extension WireClient {
  /// What came, in a few words: `200, Connection: close`.
  package var seen: String {
    let answers = answers
    let end = ending.map { $0 == .reset ? "reset" : "closed" }
    guard let last = answers.all.last else {
      if answers.isMalformed { return "no HTTP/1 response" }
      return end.map { "\($0) without an answer" } ?? "no answer"
    }
    guard last.isComplete else {
      let part = "half an answer (\(last.body) bytes of the body)"
      return end.map { "\(part), then \($0)" } ?? "\(part), then nothing"
    }
    let close = last.isHTTP10 ? "HTTP/1.0 without keep-alive" : "Connection: close"
    let said = last.saysClose ? "\(last.status), \(close)" : "\(last.status)"
    return ending == .reset ? "\(said), then reset" : said
  }
}
