@testable import Shared

/// A client that speaks bytes: what it sends is what stands in the test. Everything waits for
/// events, at most 30 s.
struct Wire: Sendable {
  private let line: LoopBound<WireLine>

  /// One loop for all the clients of the tests; the servers have their own.
  static let loop = EventLoop()

  private init(line: LoopBound<WireLine>) { self.line = line }

  /// The other side of a connection.
  init(accepted socket: Socket, reads: Bool, on loop: isolated EventLoop) {
    line = LoopBound(WireLine(accepted: socket, reads: reads, on: loop), on: loop)
  }

  static func connect(to address: SocketAddress) async throws -> Wire {
    let line = try await loop.perform { loop -> Result<LoopBound<WireLine>, WireError> in
      await WireLine.open(address, on: loop).map { LoopBound($0, on: loop) }
    }.get()
    return Wire(line: line)
  }

  func send(_ text: String) async {
    await line.with { line, loop in line.send(Array(text.utf8), on: loop) }
  }

  func send(_ bytes: [UInt8]) async { await line.with { line, loop in line.send(bytes, on: loop) } }

  /// What came until `text` stood there as many times, taken out of what is kept for the next read.
  func read(until text: String, times: Int = 1) async throws -> String {
    try await line.with { await $0.read(until: text, times: times, on: $1) }.get()
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
  func readToEnd() async throws -> String {
    try await line.with { await $0.readToEnd(on: $1) }.get()
  }

  /// What came and was not read yet.
  func received() async -> String { await line.with { line, _ in line.text } }

  /// From now on it takes nothing from the kernel, as a client that hangs.
  func stopReading() async { await line.with { $0.setReading(false, on: $1) } }

  /// Takes a little, though reading has stopped.
  func take(_ count: Int) async { await line.with { $0.take(count, on: $1) } }

  func resumeReading() async { await line.with { $0.setReading(true, on: $1) } }

  /// Where the other side's connection comes from.
  var peerHost: String { get async { await line.with { line, _ in line.peerHost } } }

  func closeWriting() async { await line.with { line, _ in line.socket.closeWriting() } }

  func close() async { await line.with { $0.close(on: $1) } }

  /// Closes so that the other side gets a reset.
  func reset() async { await line.with { $0.reset(on: $1) } }
}

enum WireError: Error, Equatable {
  case refused, reset, timeout
  /// The other side ended too early; with what came before.
  case end(String)
}
