import Libc

@testable import Shared

/// One connection on the loop of a `Wire`: what it has read, what it has still to send, and what
/// waits for it.
final class WireLine: Channel {
  private struct Waiter {
    let isDone: (WireLine) -> Bool
    let done: Promise<Void>
    let timer: Timers<EventLoop.Timer>.ID
  }

  let socket: Socket
  private(set) var bytes: [UInt8] = []
  private var isConnected = false
  private var isReading = true
  private var ended = false
  private var failure: WireError?
  private var waiter: Waiter?
  private var unsent: [UInt8] = []
  private var isWatched = true
  private var isClosed = false

  var text: String { String(decoding: bytes, as: UTF8.self) }

  private init(_ socket: Socket) { self.socket = socket }

  /// The loop keeps a line until both sides have ended.
  deinit { if !isClosed { socket.close() } }

  init(accepted socket: Socket, reads: Bool, on loop: isolated EventLoop) {
    self.socket = socket
    isConnected = true
    isReading = reads
    _ = loop.attach(self, to: socket.descriptor, reads ? .read : [])
  }

  static func open(_ address: SocketAddress, on loop: isolated EventLoop) async -> Result<
    WireLine, WireError
  > {
    let line = WireLine(Socket(descriptor: Platform.makeStreamSocket(family: address.family)))
    Platform.disableNagle(line.socket.descriptor)
    let result = address.withSocketAddress { connect(line.socket.descriptor, $0, $1) }
    guard result == 0 || errno == EINPROGRESS else { return .failure(.refused) }
    _ = loop.attach(line, to: line.socket.descriptor, .write)
    await line.wait(on: loop) { $0.isConnected }
    return line.failure.map { .failure($0) } ?? .success(line)
  }

  var peerHost: String {
    var peer = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &peer) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getpeername(socket.descriptor, $0, &length)
      }
    }
    return result == 0
      ? withUnsafeBytes(of: peer.sin_addr) { $0.map(String.init).joined(separator: ".") } : ""
  }

  func send(_ bytes: [UInt8], on loop: isolated EventLoop) {
    unsent += bytes
    push()
    watch(on: loop)
  }

  private func push() {
    while !unsent.isEmpty {
      switch unsent.withUnsafeBytes({ socket.write($0) }) {
      case .bytes(let count): unsent.removeFirst(count)
      case .wouldBlock: return
      case .end, .failed: unsent = []
      }
    }
  }

  func setReading(_ isReading: Bool, on loop: isolated EventLoop) {
    self.isReading = isReading
    if isReading, !isWatched, !isClosed {
      isWatched = loop.attach(self, to: socket.descriptor, .read)
    }
    watch(on: loop)
  }

  private func watch(on loop: isolated EventLoop) {
    guard isConnected, isWatched else { return }
    var interest: Readiness = []
    if isReading, !ended { interest.insert(.read) }
    if !unsent.isEmpty { interest.insert(.write) }
    loop.watch(socket.descriptor, for: interest)
  }

  func read(until text: String, times: Int, on loop: isolated EventLoop) async -> Result<
    String, WireError
  > {
    let wanted = Array(text.utf8)
    await wait(on: loop) { $0.end(of: wanted, times: times) != nil }
    guard let end = end(of: wanted, times: times) else {
      return .failure(failure ?? .end(self.text))
    }
    defer { bytes.removeFirst(end) }
    return .success(String(decoding: bytes[..<end], as: UTF8.self))
  }

  /// The offset just behind that occurrence. By the C library: in a debug build a loop over
  /// megabytes would hold up every test.
  private func end(of wanted: [UInt8], times: Int) -> Int? {
    bytes.withUnsafeBytes { all in
      guard let base = all.baseAddress else { return nil }
      var start = 0
      var left = times
      while start + wanted.count <= all.count {
        guard let found = memchr(base + start, Int32(wanted[0]), all.count - start) else {
          return nil
        }
        start = base.distance(to: UnsafeRawPointer(found))
        guard start + wanted.count <= all.count else { return nil }
        if memcmp(found, wanted, wanted.count) == 0 {
          start += wanted.count
          left -= 1
          if left == 0 { return start }
        } else {
          start += 1
        }
      }
      return nil
    }
  }

  func read(count: Int, on loop: isolated EventLoop) async -> Result<String, WireError> {
    await wait(on: loop) { $0.bytes.count >= count }
    guard bytes.count >= count else { return .failure(failure ?? .end(text)) }
    defer { bytes.removeFirst(count) }
    return .success(String(decoding: bytes[..<count], as: UTF8.self))
  }

  func readToEnd(on loop: isolated EventLoop) async -> Result<String, WireError> {
    await wait(on: loop) { $0.ended }
    if let failure { return .failure(failure) }
    defer { bytes = [] }
    return .success(text)
  }

  private func wait(on loop: isolated EventLoop, until isDone: @escaping (WireLine) -> Bool) async {
    if isDone(self) || ended || failure != nil { return }
    let done = Promise<Void>()
    waiter = Waiter(
      isDone: isDone, done: done, timer: loop.schedule(self, at: .now + .seconds(30)))
    await done.wait()
  }

  func ready(_ readiness: Readiness, on loop: isolated EventLoop) {
    if !isConnected {
      if Platform.pendingError(socket.descriptor) != 0 { failure = .refused }
      isConnected = true
    } else {
      push()
      if isReading { receive(on: loop) }
    }
    watch(on: loop)
    // The kernel would report for ever that both sides have ended, and keep the loop busy.
    if readiness.contains(.failure), ended || failure != nil || !isReading { leave(on: loop) }
    resumeIfDone(on: loop)
  }

  private func leave(on loop: isolated EventLoop) {
    if isWatched { loop.detach(socket.descriptor) }
    isWatched = false
  }

  func take(_ count: Int, on loop: isolated EventLoop) {
    if case .bytes(let count) = socket.read(
      into: UnsafeMutableRawBufferPointer(rebasing: loop.scratch.bytes[..<count]))
    {
      bytes += loop.scratch.bytes[..<count]
    }
  }

  private func receive(on loop: isolated EventLoop) {
    switch socket.read(into: loop.scratch.bytes) {
    case .bytes(let count): bytes += loop.scratch.bytes[..<count]
    case .wouldBlock: return
    case .end: ended = true
    case .failed:
      failure = .reset
      ended = true
      leave(on: loop)
    }
  }

  func due(on loop: isolated EventLoop) {
    failure = .timeout
    resumeIfDone(on: loop)
  }

  private func resumeIfDone(on loop: isolated EventLoop) {
    guard let waiter, ended || failure != nil || waiter.isDone(self) else { return }
    loop.cancel(waiter.timer)
    self.waiter = nil
    waiter.done.fulfil()
  }

  func close(on loop: isolated EventLoop) {
    leave(on: loop)
    if !isClosed { socket.close() }
    isClosed = true
  }

  func reset(on loop: isolated EventLoop) {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(
      socket.descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    close(on: loop)
  }
}
