import Testing

@testable import Shared
@testable import TestSupport

@Suite struct ConnectionLimitTests {
  private let acceptor = ObjectIdentifier(ConnectionLimitTests.self)

  @Test func `there is room up to the limit`() {
    let connectionLimit = ConnectionLimit(2)
    #expect(connectionLimit.hasRoom(for: acceptor) {})
    connectionLimit.enter()
    #expect(connectionLimit.hasRoom(for: acceptor) {})
    connectionLimit.enter()
    #expect(!connectionLimit.hasRoom(for: acceptor) {})
    connectionLimit.leave()
    #expect(connectionLimit.hasRoom(for: acceptor) {})
  }

  @Test func `an acceptor that found no room is called once, when there is some`() {
    let connectionLimit = ConnectionLimit(1)
    let calls = Record<Bool>()
    connectionLimit.enter()
    connectionLimit.enter()  // a drain takes the backlog whatever the limit
    #expect(!connectionLimit.hasRoom(for: acceptor) { calls.append(true) })
    #expect(calls.values.isEmpty)
    connectionLimit.leave()
    connectionLimit.leave()
    #expect(calls.values.count == 1)
  }

  @Test func `each acceptor that found no room is called, and once however often it looked`() {
    let connectionLimit = ConnectionLimit(1)
    let calls = Record<Int>()
    let acceptors = [Gate(), Gate()]
    connectionLimit.enter()
    for _ in 0..<3 {
      for (number, each) in acceptors.enumerated() {
        #expect(
          !connectionLimit.hasRoom(for: ObjectIdentifier(each)) { calls.append(number) })
      }
    }
    connectionLimit.leave()
    #expect(calls.values.sorted() == [0, 1])
  }

  @Test func `no call is lost between threads`() async {
    let connectionLimit = ConnectionLimit(1)
    for _ in 0..<500 {
      connectionLimit.enter()
      let called = Gate()
      called.open()
      async let leaving: Void = connectionLimit.leave()
      if !connectionLimit.hasRoom(for: acceptor, orCall: { Task { await called.pass() } }) {
        await called.arrivals(1)
      }
      await leaving
      #expect(connectionLimit.hasRoom(for: acceptor) {})
    }
  }
}
