import Libc
import Testing

@testable import Shared

/// Each test has a signal of its own: a process has one handler for each. Sent to the process, not
/// to a thread that may have it blocked.
@Suite struct SignalsTests {
  @Test func `a signal ends the wait for it`() async {
    let signals = Signals.arm([SIGUSR1])
    async let came = signals.next()
    kill(getpid(), SIGUSR1)
    #expect(await came)
  }

  @Test func `signals that come before anybody waits are remembered`() async {
    let signals = Signals.arm([SIGUSR2])
    kill(getpid(), SIGUSR2)
    #expect(await signals.next())
    kill(getpid(), SIGUSR2)
    #expect(await signals.next())
  }

  @Test func `a signal that was inherited as ignored is taken`() async {
    ignore(SIGWINCH)
    let signals = Signals.arm([SIGWINCH])
    kill(getpid(), SIGWINCH)
    #expect(await signals.next())
  }

  @Test func `one of several is enough, and each ends one wait only`() async {
    let signals = Signals.arm([SIGURG, SIGVTALRM])
    kill(getpid(), SIGVTALRM)
    #expect(await signals.next())
    let second = Task { await signals.next() }
    second.cancel()
    #expect(await !second.value)
    kill(getpid(), SIGURG)
    #expect(await signals.next())
  }

  @Test func `a cancelled wait takes no signal`() async {
    let signals = Signals.arm([SIGPROF])
    let waiting = Task { await signals.next() }
    waiting.cancel()
    #expect(await !waiting.value)
    kill(getpid(), SIGPROF)
    #expect(await signals.next())
  }

  @Test func `a signal goes to one of many waits, in their order`() async {
    let signals = Signals.arm([SIGALRM])
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<10 { group.addTask { await signals.next() } }
      kill(getpid(), SIGALRM)
      #expect(await group.next() == true)
      group.cancelAll()
      #expect(await group.allSatisfy { !$0 })
    }
  }

  private func ignore(_ number: Int32) { _ = signal(number, SIG_IGN) }
}
