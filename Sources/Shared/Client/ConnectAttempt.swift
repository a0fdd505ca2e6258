import Libc

/// One connection that is made only to see whether it can be: no byte is sent, and it is closed at
/// once. What a `tcpSocket` probe of Kubernetes does.
package final class ConnectAttempt: Channel {
  private let socket: Socket
  private let outcome = Promise<Result<Void, ClientError>>()
  private var timer: Timers<EventLoop.Timer>.ID?

  private init(_ socket: Socket) { self.socket = socket }

  /// Returns once the kernel has completed the handshake; whether a process accepts is not waited
  /// for.
  /// - Throws: why there is no connection: `timeout` when it is not there by the deadline.
  package static func run(
    to address: SocketAddress, before deadline: MonotonicTime, on loop: isolated EventLoop
  ) async throws(ClientError) {
    let socket = try Socket.connecting(to: address)
    let attempt = ConnectAttempt(socket)
    guard loop.attach(attempt, to: socket.descriptor, .write) else {
      defer { socket.close() }
      throw .exhausted(errno)
    }
    attempt.timer = loop.schedule(attempt, at: deadline)
    try await attempt.outcome.wait().get()
  }

  func ready(_ readiness: Readiness, on loop: isolated EventLoop) {
    let error = Platform.pendingError(socket.descriptor)
    end(error == 0 ? .success(()) : .failure(ClientError(errno: error)), on: loop)
  }

  func due(on loop: isolated EventLoop) {
    timer = nil
    end(.failure(.timeout), on: loop)
  }

  private func end(_ result: Result<Void, ClientError>, on loop: isolated EventLoop) {
    if let timer { loop.cancel(timer) }
    timer = nil
    loop.detach(socket.descriptor)
    socket.close()
    outcome.fulfil(result)
  }
}
