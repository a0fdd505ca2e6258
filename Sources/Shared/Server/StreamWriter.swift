/// Writes a streamed body to its connection, from any thread.
struct StreamWriter: BodyWriter {
  let connection: LoopBound<Connection>
  let isChunked: Bool

  init(_ connection: LoopBound<Connection>, isChunked: Bool) {
    self.connection = connection
    self.isChunked = isChunked
  }

  func write(_ bytes: [UInt8]) async throws {
    try await connection.loop.stream(bytes, isChunked: isChunked, to: connection)
  }
}

extension EventLoop {
  fileprivate func stream(_ bytes: [UInt8], isChunked: Bool, to connection: LoopBound<Connection>)
    async throws
  {
    guard !bytes.isEmpty else { return }
    try await connection.get(on: self).stream(bytes, isChunked: isChunked, on: self)
  }
}
