import Testing

@testable import Shared

/// The time-outs of a connection, on a loop that nothing else uses.
@Suite struct ConnectionTimerTests {
  private final class Listener: Channel {
    func ready(_: Readiness, on _: isolated EventLoop) {}
    func due(on _: isolated EventLoop) {}
  }

  private func onLoop(_ body: @Sendable (ConnectionTimer, Listener, isolated EventLoop) -> Void)
    async
  {
    let loop = EventLoop()
    await loop.perform { body(ConnectionTimer(), Listener(), $0) }
    await loop.stop()
  }

  @Test func `a time-out is over after its time, and not before`() async {
    await onLoop { timer, listener, loop in
      let began = loop.now
      timer.run(.request, of: listener, options: ServerOptions(), on: loop)
      #expect(!timer.rang(at: began + .seconds(9)))
      #expect(timer.rang(at: began + .seconds(10)))
    }
  }

  @Test func `one that runs goes on, and another one begins anew`() async {
    await onLoop { timer, listener, loop in
      let began = loop.now
      timer.run(.idle, of: listener, options: ServerOptions(), on: loop)
      timer.run(.idle, of: listener, options: ServerOptions(), on: loop)
      #expect(timer.timeout == .idle && timer.began == began)
      timer.run(.linger, of: listener, options: ServerOptions(), on: loop)
      #expect(timer.timeout == .linger)
      #expect(timer.rang(at: began + .seconds(1)))
    }
  }

  @Test func `a time-out that ended with a request never rings while the request is served`() async
  {
    await onLoop { timer, listener, loop in
      timer.run(.idle, of: listener, options: ServerOptions(), on: loop)
      timer.restart()
      timer.run(.none, of: listener, options: ServerOptions(), on: loop)
      #expect(!timer.rang(at: loop.now + .seconds(1_000_000)))
    }
  }
}
