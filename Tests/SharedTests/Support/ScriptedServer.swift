@testable import Shared
@testable import TestSupport

/// A server that does what a test says with each connection, good or bad.
final class ScriptedServer: Channel {
  /// One connection, accepted and not yet read.
  struct Peer: Sendable {
    let number: Int
    let wire: Wire
  }

  /// A whole response.
  static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

  private let listener: Socket
  private let reads: Bool
  private let script: @Sendable (Peer) async throws -> Void
  private var scripts: [Task<Void, Never>] = []

  private init(
    _ listener: Socket, reads: Bool, _ script: @escaping @Sendable (Peer) async throws -> Void
  ) {
    self.listener = listener
    self.reads = reads
    self.script = script
  }

  /// Calls `body` with the address; `script` leads each connection to it.
  /// - Parameter reads: whether it takes what clients send from the kernel.
  static func with<Result: Sendable>(
    reads: Bool = true, _ script: @escaping @Sendable (Peer) async throws -> Void,
    _ body: @Sendable (SocketAddress) async throws -> Result
  ) async throws -> Result {
    let any = try SocketAddress(host: "127.0.0.1", port: 0).map { try Socket.listening(on: $0) }
    guard let socket = any, let address = SocketAddress(boundTo: socket.descriptor) else {
      throw WireError.refused
    }
    let server = await Wire.loop.perform { loop in
      let server = ScriptedServer(socket, reads: reads, script)
      _ = loop.attach(server, to: socket.descriptor, .read)
      return LoopBound(server, on: loop)
    }
    do {
      let result = try await body(address)
      await server.with { $0.close(on: $1) }
      return result
    } catch {
      await server.with { $0.close(on: $1) }
      throw error
    }
  }

  func ready(_: Readiness, on loop: isolated EventLoop) {
    let descriptor = Platform.acceptConnection(listener.descriptor)
    guard descriptor >= 0 else { return }
    let peer = Peer(
      number: scripts.count + 1,
      wire: Wire(accepted: Socket(descriptor: descriptor), reads: reads, on: loop))
    scripts.append(Task { [script] in try? await script(peer) })
  }

  func due(on _: isolated EventLoop) {}

  private func close(on loop: isolated EventLoop) {
    loop.detach(listener.descriptor)
    listener.close()
    for script in scripts { script.cancel() }
  }
}

extension ScriptedServer.Peer {
  /// Reads a request's head and answers it.
  func answer(_ text: String) async throws {
    _ = try await wire.read(until: "\r\n\r\n")
    await wire.send(text)
  }
}
