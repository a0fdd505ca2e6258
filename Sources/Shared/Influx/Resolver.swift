/// The addresses of a host's name. The look-up has a thread of its own, since it blocks, for
/// minutes when no name server answers. Belongs to a loop.
final class Resolver {
  private let lookUp: @Sendable () -> [SocketAddress]
  private var addresses: [SocketAddress] = []
  private var isLookingUp = false
  /// One for each task that waits for the look-up; empty when its deadline came first.
  private var waiting: [Promise<[SocketAddress]>] = []

  /// - Parameter lookUp: blocks; other than the system's for tests only.
  init(host: String, port: UInt16, lookUp: (@Sendable () -> [SocketAddress])? = nil) {
    self.lookUp = lookUp ?? { SocketAddress.resolveAll(host, port: port) }
  }

  /// Waits for the addresses. All tasks wait for one look-up: hundreds of writes may begin at a
  /// time, and threads are few.
  /// - Parameter deadline: ends the wait; the look-up goes on, for later calls.
  /// - Returns: the addresses of the last look-up that found some; `forget` leads to a new one.
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

  /// Puts an address first: it accepted a connection.
  func prefer(_ address: SocketAddress) {
    guard let index = addresses.firstIndex(of: address), index > 0 else { return }
    addresses.remove(at: index)
    addresses.insert(address, at: 0)
  }

  /// Drops the addresses; DNS may have changed.
  func forget() { addresses = [] }

  /// How many tasks wait for the look-up.
  var waiters: Int { waiting.count }

  private func begin(on loop: isolated EventLoop) {
    isLookingUp = true
    let resolver = LoopBound(self, on: loop)
    do throws(SystemError) {
      try BackgroundThread.tryStart { [lookUp] in
        let found = lookUp()
        resolver.loop.executor.post { resolver.get(on: $0).end(found, on: $0) }
      }
    } catch {
      // As when no name server answers: there may be a thread for the next attempt.
      end([], on: loop)
    }
  }

  private func end(_ found: [SocketAddress], on loop: isolated EventLoop) {
    isLookingUp = false
    addresses = found
    for answer in waiting { answer.fulfil(found) }
    waiting = []
  }
}
