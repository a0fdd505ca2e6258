/// The addresses behind a host's name, looked up on a thread of its own: the look-up blocks. Belongs to a loop.
final class Resolver {
  private let host: String
  private let port: UInt16
  private var addresses: [SocketAddress] = []

  init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// - Parameter limit: the look-up goes on after it, but is no longer waited for.
  /// - Returns: the addresses of the last look-up that found any; a new one is made after `forget`. Empty when there are none in time.
  func resolve(within limit: Duration, on loop: isolated EventLoop) async -> [SocketAddress] {
    if addresses.isEmpty {
      let lookUp = LoopBound(LookUp(), on: loop)
      let timer = LoopTimer()
      timer.set(at: .now + limit, on: loop) { lookUp.get(on: $0).end([]) }
      BackgroundThread.start { [host, port] in
        let found = SocketAddress.resolveAll(host, port: port)
        lookUp.loop.executor.post { lookUp.get(on: $0).end(found) }
      }
      addresses = await lookUp.get(on: loop).result(on: loop)
      timer.clear(on: loop)
    }
    return addresses
  }

  /// A name may lead elsewhere by now.
  func forget() { addresses = [] }

  private final class LookUp {
    private var continuation: CheckedContinuation<[SocketAddress], Never>?

    func result(on loop: isolated EventLoop) async -> [SocketAddress] { await withCheckedContinuation { continuation = $0 } }

    /// The first call counts.
    func end(_ addresses: [SocketAddress]) { continuation.take()?.resume(returning: addresses) }
  }
}
