/// Writes a streamed body to its connection, from any thread, until the body's closure returns.
struct StreamWriter: BodyWriter {
  let connection: LoopBound<Connection>
  let isChunked: Bool
  /// Tells the streams of one connection apart.
  let number: Int

  func write(_ bytes: [UInt8]) async throws {
    try await connection.loop.stream(bytes, by: self)
  }
}

extension EventLoop {
  fileprivate func stream(_ bytes: [UInt8], by writer: StreamWriter) async throws {
    guard !bytes.isEmpty else { return }
    try await writer.connection.get(on: self).stream(bytes, by: writer, on: self)
  }
}
