/// Sends bodies that handlers write part by part.
extension Connection {
  /// Sends a response's body, whose head has been sent.
  @inline(never)
  func stream(
    _ response: Response?, isChunked: Bool, to job: Job, on loop: isolated EventLoop
  ) async {
    guard case .stream(let write) = response?.body else { return }
    streamsToEnd = !isChunked
    do {
      try await write(
        StreamWriter(connection: LoopBound(self, on: loop), isChunked: isChunked, number: stream))
      if isChunked {
        let end = send(upTo: ResponseEncoder.smallRoom, on: loop) {
          ResponseEncoder.appendLastChunk(to: &$0)
        }
        perform(end, on: loop)
      }
      // What the client has not taken may still be cut.
      if output.isEmpty { streamsToEnd = false }
    } catch {
      // A part must not look like a whole body: the connection closes without the body's end.
      if state.phase == .serving {
        worker.log.error(
          "stream failed",
          ["id": job.request.id, "path": job.request.path, "error": "\(error)"])
      }
      perform(state.close(), on: loop)
    }
    // A writer that is kept must not write into the next response.
    stream += 1
  }

  /// Sends a part of a streamed body; returns when there is room for more output.
  func stream(_ bytes: [UInt8], by writer: StreamWriter, on loop: isolated EventLoop) async throws {
    guard writer.number == stream, state.phase == .serving else { throw CancellationError() }
    let action = send(upTo: bytes.count + ResponseEncoder.smallRoom, on: loop) { output in
      if writer.isChunked {
        ResponseEncoder.appendChunk(bytes, to: &output)
      } else {
        output.append(bytes)
      }
    }
    perform(action, on: loop)
    settle(on: loop)
    if output.count >= worker.options.writeBuffer, state.phase == .serving {
      let room = Promise<Void>()
      writers.append(room)
      await room.wait()
    }
    guard state.phase == .serving else { throw CancellationError() }
  }

  func resumeWriters() {
    for writer in writers { writer.fulfil() }
    writers = []
  }
}
