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
      timer.begin(.request, for: .seconds(10), on: loop)
      timer.run(for: listener, on: loop)
      #expect(!timer.rang(at: began + .seconds(9)))
      #expect(timer.rang(at: began + .seconds(10)))
    }
  }

  @Test func `a later one takes the place of an earlier one`() async {
    await onLoop { timer, listener, loop in
      let began = loop.now
      timer.begin(.linger, for: .seconds(1), on: loop)
      timer.run(for: listener, on: loop)
      timer.begin(.idle, for: .seconds(75), on: loop)
      timer.run(for: listener, on: loop)
      #expect(timer.timeout == .idle && timer.began == began)
      #expect(!timer.rang(at: began + .seconds(1)))
      #expect(timer.rang(at: began + .seconds(75)))
    }
  }

  @Test func `a time-out that ended with a request never rings while the request is served`() async
  {
    await onLoop { timer, listener, loop in
      timer.begin(.idle, for: .seconds(75), on: loop)
      timer.run(for: listener, on: loop)
      timer.restart()
      timer.run(for: listener, on: loop)
      #expect(timer.timeout == ConnectionState.Timeout.none)
      #expect(!timer.rang(at: loop.now + .seconds(1_000_000)))
    }
  }

  @Test func `each time-out has the duration that the options give it`() {
    let options = ServerOptions()
    #expect(options.duration(of: .none) == nil)
    #expect(options.duration(of: .idle) == options.idleTimeout)
    #expect(options.duration(of: .lameDuck) == options.lameDuck)
    #expect(options.duration(of: .request) == options.requestTimeout)
    #expect(options.duration(of: .write) == options.writeTimeout)
    #expect(options.duration(of: .linger) == options.lingering)
  }
}
