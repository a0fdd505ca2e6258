import Dispatch
import Testing

@testable import Shared

@Suite(.timeLimit(.minutes(4))) struct ResolverTests {
  private static let loop = EventLoop()
  private static let address = SocketAddress(host: "127.0.0.1", port: 8086)!

  /// A look-up that blocks until it is let go.
  private final class LookUp: Sendable {
    private let started = Lock(0)
    private let release = DispatchSemaphore(value: 0)

    var count: Int { started.withLock { $0 } }

    func run() -> [SocketAddress] {
      started.withLock { $0 += 1 }
      release.wait()
      return [ResolverTests.address]
    }

    func end() { release.signal() }
  }

  private func resolver(_ lookUp: LookUp) -> LoopBound<Resolver> {
    LoopBound(Resolver(host: "influxdb", port: 8086) { lookUp.run() }, of: Self.loop)
  }

  @Test
  func `all that ask at a time wait for one look-up, and its answer is kept until it is forgotten`()
    async
  {
    let lookUp = LookUp()
    let resolver = resolver(lookUp)
    let answers = Task {
      await withTaskGroup(of: [SocketAddress].self) { group in
        for _ in 0..<100 {
          group.addTask {
            await resolver.with { await $0.resolve(before: .now + .seconds(60), on: $1) }
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
    }
    while await resolver.with({ resolver, _ in resolver.waiters }) < 100 { await Task.yield() }
    lookUp.end()
    #expect(await answers.value == Array(repeating: [Self.address], count: 100))
    #expect(await resolver.with { await $0.resolve(before: .now, on: $1) } == [Self.address])
    #expect(lookUp.count == 1)
    lookUp.end()
    await resolver.with { resolver, _ in resolver.forget() }
    #expect(
      await resolver.with { await $0.resolve(before: .now + .seconds(60), on: $1) } == [
        Self.address
      ])
    #expect(lookUp.count == 2)
  }

  @Test
  func `a look-up that takes too long is waited for no longer, but not begun again beside itself`()
    async
  {
    let lookUp = LookUp()
    let resolver = resolver(lookUp)
    for _ in 0..<3 {
      #expect(
        await resolver.with { await $0.resolve(before: .now + .milliseconds(5), on: $1) } == [])
    }
    lookUp.end()
    #expect(
      await resolver.with { await $0.resolve(before: .now + .seconds(60), on: $1) } == [
        Self.address
      ])
    #expect(lookUp.count == 1)
  }
}
