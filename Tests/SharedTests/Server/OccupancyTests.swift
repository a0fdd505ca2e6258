import Testing

@testable import Shared
@testable import TestSupport

@Suite struct OccupancyTests {
  @Test func `there is room up to the limit`() {
    let occupancy = Occupancy(limit: 2)
    #expect(occupancy.hasRoom {})
    occupancy.enter()
    #expect(occupancy.hasRoom {})
    occupancy.enter()
    #expect(!occupancy.hasRoom {})
    occupancy.leave()
    #expect(occupancy.hasRoom {})
  }

  @Test func `who found no room is called once, when there is some`() {
    let occupancy = Occupancy(limit: 1)
    let calls = Record<Bool>()
    occupancy.enter()
    occupancy.enter()  // a drain takes the backlog whatever the limit
    #expect(!occupancy.hasRoom { calls.append(true) })
    #expect(calls.values.isEmpty)
    occupancy.leave()
    occupancy.leave()
    #expect(calls.values.count == 1)
  }

  @Test func `no call is lost between threads`() async {
    let occupancy = Occupancy(limit: 1)
    for _ in 0..<500 {
      occupancy.enter()
      let called = Gate()
      called.open()
      async let leaving: Void = occupancy.leave()
      if !occupancy.hasRoom(orCall: { Task { await called.pass() } }) { await called.arrivals(1) }
      await leaving
      #expect(occupancy.hasRoom {})
    }
  }
}
