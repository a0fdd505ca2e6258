/// The addresses behind a host's name, looked up on a thread of its own: the look-up blocks, for
/// minutes when no name server answers. Belongs to a loop.
final class Resolver {
  private let lookUp: @Sendable () -> [SocketAddress]
  private var addresses: [SocketAddress] = []
  private var isLookingUp = false
  /// Those who wait for the look-up, until it ends: an empty answer when their time is over first.
  private var waiting: [Promise<[SocketAddress]>] = []

  /// - Parameter lookUp: for tests; blocks.
  init(host: String, port: UInt16, lookUp: (@Sendable () -> [SocketAddress])? = nil) {
    self.lookUp = lookUp ?? { SocketAddress.resolveAll(host, port: port) }
  }

  /// All who ask meanwhile wait for one look-up: hundreds of writes may begin at a time, and
  /// threads are few.
  /// - Parameter deadline: the look-up goes on after it, for those who ask later, but is no longer
  ///   waited for.
  /// - Returns: the addresses of the last look-up that found any; a new one is made after `forget`.
  ///   Empty when there are none in time.
  func resolve(before deadline: MonotonicTime, on loop: isolated EventLoop) async -> [SocketAddress]
  {
    if !addresses.isEmpty { return addresses }
    let answer = Promise<[SocketAddress]>()
    waiting.append(answer)
    let timer = LoopTimer()
    timer.set(at: deadline, on: loop) { _ in answer.fulfil([]) }
    if !isLookingUp { begin(on: loop) }
    let found = await answer.wait()
    timer.clear(on: loop)
    return found
  }

  /// A name may lead elsewhere by now.
  func forget() { addresses = [] }

  /// How many wait for the look-up.
  var waiters: Int { waiting.count }

  private func begin(on loop: isolated EventLoop) {
    isLookingUp = true
    let resolver = LoopBound(self, on: loop)
    BackgroundThread.start { [lookUp] in
      let found = lookUp()
      resolver.loop.executor.post { resolver.get(on: $0).end(found, on: $0) }
    }
  }

  private func end(_ found: [SocketAddress], on loop: isolated EventLoop) {
    isLookingUp = false
    addresses = found
    for answer in waiting { answer.fulfil(found) }
    waiting = []
  }
}
