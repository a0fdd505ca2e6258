import Libc
import Shared

/// One connection of a `FlawedServer`, on a thread of its own.
struct FlawedConnection {
  private static let lameDuck = Duration.milliseconds(300)
  /// For the rest of a request.
  private static let patience = Duration.seconds(1)

  private let socket: Socket
  private let flaw: Flaw?
  private let drain: Drain
  private var bytes: [UInt8] = []
  private var answered = 0
  private var hasClientEnded = false
  private var hasSentContinue = false
  private var isOpen = true

  init(_ descriptor: Int32, _ flaw: Flaw?, _ drain: Drain) {
    socket = Socket(descriptor: descriptor)
    self.flaw = flaw
    self.drain = drain
  }

  mutating func serve() {
    while isOpen {
      let wasIdle = bytes.isEmpty && answered > 0
      let hadRead = wait(milliseconds: 2)
      if flaw == .speaksTLS, hadRead {
        write([21, 3, 3, 0, 2, 2, 70])  // the alert protocol_version
        return end()
      }
      if flaw == .slamsIdle, wasIdle, bytes.isEmpty, drain.isOn { return end() }
      if flaw == .dropsUnderLoad, wasIdle, !bytes.isEmpty, drain.isOn, drain.connections > 25 {
        return end()
      }
      if let request = FlawedRequest(bytes) {
        if request.isWhole { answer(request) } else { wait(for: request) }
      } else if hasClientEnded {
        return end()
      } else if let age = drain.age, !hadRead {
        leaveIfLate(age)
      }
    }
  }

  /// Reads what has come.
  @discardableResult
  private mutating func wait(milliseconds: Int32) -> Bool {
    if hasClientEnded { return false }
    var waiting = pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&waiting, 1, milliseconds) > 0 else { return false }
    if flaw == .slamsUnread, bytes.isEmpty, answered > 0 {
      usleep(20_000)  // until the signal that came meanwhile is known
      if drain.isOn {
        end()
        return false
      }
    }
    var buffer = [UInt8](repeating: 0, count: 16_384)
    switch buffer.withUnsafeMutableBytes({ socket.read(into: $0) }) {
    case .bytes(let count): bytes += buffer[..<count]
    case .end: hasClientEnded = true
    case .wouldBlock: return false
    case .failed: end()
    }
    return true
  }

  private mutating func wait(for request: FlawedRequest) {
    if request.expectsContinue, !hasSentContinue {
      hasSentContinue = true
      write("HTTP/1.1 100 Continue\r\n\r\n")
    }
    guard let age = drain.age else { return hasClientEnded ? end() : () }
    if flaw == .dropsHalfBody, !request.expectsContinue { return end() }
    if flaw == .dropsAfterContinue, request.expectsContinue { return end() }
    if hasClientEnded || age > Self.patience { end() }
  }

  private mutating func leaveIfLate(_ age: Duration) {
    if bytes.isEmpty {
      if flaw == .waitsForIdle, answered > 0 { return }
      if flaw == .waitsForSilent, answered == 0 { return }
      if age > Self.lameDuck { end() }
    } else {
      if flaw == .dropsHalfHead { return end() }
      if flaw == .waitsForHalf { return }
      if age > Self.patience { end() }
    }
  }

  private mutating func answer(_ request: FlawedRequest) {
    bytes.removeFirst(request.count)
    hasSentContinue = false
    if request.path != "/fast" {
      let beganInDrain = drain.isOn
      for _ in 0..<20 {
        usleep(5000)
        if flaw == .cutsInFlight, answered == 0, drain.isOn, !beganInDrain { return end() }
      }
    }
    if flaw != .resets { wait(milliseconds: 0) }
    if flaw == .dropsHalfClosed, hasClientEnded, drain.isOn { return end() }
    let closes = drain.isOn && (bytes.isEmpty || flaw == .answersFirstOfPipeline)
    let field = closes && flaw != .saysNothing ? "Connection: close\r\n" : ""
    answered += 1
    switch request.path {
    case "/none": write("HTTP/1.1 404 Not Found\r\n\(field)Content-Length: 0\r\n\r\n")
    case "/large": writeLarge(field)
    case "/stream": writeStream(field)
    default: write("HTTP/1.1 200 OK\r\n\(field)Content-Length: 5\r\n\r\ndone\n")
    }
    if closes { end() }
  }

  private mutating func writeStream(_ field: String) {
    write("HTTP/1.1 200 OK\r\n\(field)Transfer-Encoding: chunked\r\n\r\n")
    for _ in 0..<8 {
      write("5\r\npart\n\r\n")
      usleep(50_000)
      if flaw == .cutsStream, drain.isOn { return end() }
    }
    write("0\r\n\r\n")
  }

  private mutating func writeLarge(_ field: String) {
    let count = 4 << 20
    write("HTTP/1.1 200 OK\r\n\(field)Content-Length: \(count)\r\n\r\n")
    let part = [UInt8](repeating: UInt8(ascii: "x"), count: 65_536)
    for _ in 0..<(count / part.count) where isOpen { write(part) }
  }

  private mutating func write(_ text: String) { write(Array(text.utf8)) }

  private mutating func write(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while isOpen, !rest.isEmpty {
      switch rest.withUnsafeBytes({ socket.write($0) }) {
      case .bytes(let count): rest = rest.dropFirst(count)
      case .wouldBlock:
        if flaw == .cutsSlowReader, drain.isOn { return reset() }
        var waiting = pollfd(fd: socket.descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&waiting, 1, 10)  // and the drain may begin meanwhile
      case .end, .failed: end()
      }
    }
  }

  /// Half-closes, then reads until the client's end.
  private mutating func end() {
    guard isOpen else { return }
    isOpen = false
    if flaw != .resets {
      socket.closeWriting()
      let began = MonotonicTime.now
      var buffer = [UInt8](repeating: 0, count: 16_384)
      while MonotonicTime.now - began < .milliseconds(500) {
        var waiting = pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, 10) > 0 else { continue }
        guard case .bytes = buffer.withUnsafeMutableBytes({ socket.read(into: $0) }) else { break }
      }
    }
    socket.close()
  }

  private mutating func reset() {
    isOpen = false
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(
      socket.descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    socket.close()
  }
}
