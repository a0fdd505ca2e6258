@testable import Shared

/// A client that speaks bytes: what it sends is what stands in the test. Everything waits for events, at most 10 s.
struct Wire: Sendable {
  private let line: LoopBound<Line>

  /// One loop for all the clients of the tests; the servers have their own.
  private static let loop = EventLoop()

  static func connect(to address: SocketAddress) async throws -> Wire {
    let line = try await loop.perform { loop -> Result<LoopBound<Line>, WireError> in
      await Line.open(address, on: loop).map { LoopBound($0, on: loop) }
    }.get()
    return Wire(line: line)
  }

  func send(_ text: String) async { await line.with { line, loop in line.send(Array(text.utf8)) } }

  func send(_ bytes: [UInt8]) async { await line.with { line, loop in line.send(bytes) } }

  /// What came until `text` stood there as many times, taken out of what is kept for the next read.
  func read(until text: String, times: Int = 1) async throws -> String {
    try await line.with { await $0.read(until: { $0.count(of: text) >= times }, cut: text, on: $1) }.get()
  }

  /// One whole response with a `Content-Length`.
  func readResponse() async throws -> String {
    let head = try await read(until: "\r\n\r\n")
    let length =
      head.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
      .flatMap { Int($0.dropFirst("content-length:".count).filter { $0 != " " }) } ?? 0
    return try await head + line.with { await $0.read(count: length, on: $1) }.get()
  }

  /// Everything up to the other side's end.
  /// - Throws: `WireError.reset` when it ended with a reset.
  func readToEnd() async throws -> String { try await line.with { await $0.readToEnd(on: $1) }.get() }

  /// What came and was not read yet.
  func received() async -> String { await line.with { line, _ in line.text } }

  func closeWriting() async { await line.with { line, _ in line.socket.closeWriting() } }

  func close() async { await line.with { $0.close(on: $1) } }

  /// Closes so that the other side gets a reset.
  func reset() async { await line.with { $0.reset(on: $1) } }
}

enum WireError: Error, Equatable {
  case refused, reset, timeout
  /// The other side ended before what was waited for.
  case end(String)
}

extension String {
  fileprivate func count(of text: String) -> Int {
    var count = 0
    var rest = self[...].utf8
    let wanted = Array(text.utf8)
    while rest.count >= wanted.count {
      if rest.starts(with: wanted) {
        count += 1
        rest = rest.dropFirst(wanted.count)
      } else {
        rest = rest.dropFirst()
      }
    }
    return count
  }
}

private final class Line: Channel {
  private struct Waiter {
    let isDone: (Line) -> Bool
    let continuation: CheckedContinuation<Void, Never>
    let timer: Timers<EventLoop.Timer>.ID
  }

  let socket: Socket
  private(set) var bytes: [UInt8] = []
  private var isConnected = false
  private var ended = false
  private var failure: WireError?
  private var waiter: Waiter?
  private var unsent: [UInt8] = []

  var text: String { String(decoding: bytes, as: UTF8.self) }

  private init(_ socket: Socket) { self.socket = socket }

  static func open(_ address: SocketAddress, on loop: isolated EventLoop) async -> Result<Line, WireError> {
    let line = Line(Socket(descriptor: Platform.makeStreamSocket(family: address.family)))
    Platform.disableNagle(line.socket.descriptor)
    let result = address.withSocketAddress { connect(line.socket.descriptor, $0, $1) }
    guard result == 0 || errno == EINPROGRESS else { return .failure(.refused) }
    _ = loop.attach(line, to: line.socket.descriptor, .write)
    await line.wait(on: loop) { $0.isConnected }
    return line.failure.map { .failure($0) } ?? .success(line)
  }

  func send(_ bytes: [UInt8]) {
    unsent += bytes
    push()
  }

  private func push() {
    while !unsent.isEmpty {
      guard case .bytes(let count) = unsent.withUnsafeBytes({ socket.write($0) }) else { return }
      unsent.removeFirst(count)
    }
  }

  func read(until isDone: @escaping (String) -> Bool, cut: String, on loop: isolated EventLoop) async -> Result<String, WireError> {
    await wait(on: loop) { isDone($0.text) }
    guard isDone(text) else { return .failure(failure ?? .end(text)) }
    var end = text.startIndex
    var rest = text
    while !isDone(String(text[..<end])) {
      guard let range = rest.firstRange(ofText: cut) else { break }
      let offset = text.utf8.count - rest.utf8.count + range
      end = text.utf8.index(text.startIndex, offsetBy: offset)
      rest = String(text[end...])
    }
    let taken = String(text[..<end])
    bytes.removeFirst(taken.utf8.count)
    return .success(taken)
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

  private func wait(on loop: isolated EventLoop, until isDone: @escaping (Line) -> Bool) async {
    if isDone(self) || ended || failure != nil { return }
    await withCheckedContinuation {
      waiter = Waiter(isDone: isDone, continuation: $0, timer: loop.schedule(self, at: .now + .seconds(10)))
    }
  }

  func ready(_ readiness: Readiness, on loop: isolated EventLoop) {
    if !isConnected {
      if Platform.pendingError(socket.descriptor) != 0 { failure = .refused }
      isConnected = true
      loop.watch(socket.descriptor, for: .read)
    } else {
      push()
      receive(on: loop)
    }
    resumeIfDone(on: loop)
  }

  private func receive(on loop: isolated EventLoop) {
    switch socket.read(into: loop.scratch.bytes) {
    case .bytes(let count): bytes += loop.scratch.bytes[..<count]
    case .wouldBlock: return
    case .end:
      ended = true
      loop.watch(socket.descriptor, for: [])
    case .failed:
      failure = .reset
      ended = true
      loop.detach(socket.descriptor)
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
    waiter.continuation.resume()
  }

  func close(on loop: isolated EventLoop) {
    loop.detach(socket.descriptor)
    socket.close()
  }

  func reset(on loop: isolated EventLoop) {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(socket.descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    close(on: loop)
  }
}

extension String {
  /// The offset in bytes just behind the first occurrence.
  fileprivate func firstRange(ofText text: String) -> Int? {
    let bytes = Array(utf8)
    let wanted = Array(text.utf8)
    guard bytes.count >= wanted.count else { return nil }
    for start in 0...(bytes.count - wanted.count) where bytes[start..<(start + wanted.count)].elementsEqual(wanted) {
      return start + wanted.count
    }
    return nil
  }
}
