import Testing

@testable import Rehearsal

struct AddressLifeTests {
  private func outcome(
    hang: Duration? = nil, _ neighbour: AddressLife.Neighbour, at milliseconds: Int
  ) -> AddressLife.Reach {
    var address = AddressLife(hang: hang, neighbour: neighbour)
    address.podEnded(at: .seconds(2))
    return address.connect(at: .milliseconds(milliseconds))
  }

  @Test func `an address is there until it is gone, and for ever while its pod lives`() {
    #expect(AddressLife(neighbour: .fresh).connect(at: .seconds(3600)) == .dial)
    #expect(outcome(.fresh, at: 2199) == .dial)
  }

  @Test func `a neighbour entry that is still fresh leaves a connection without an answer`() {
    #expect(outcome(.fresh, at: 2200) == .unanswered)
  }

  @Test func `without a fresh entry a connection is unreachable after three requests`() {
    #expect(outcome(.failed, at: 2200) == .unreachable(at: .milliseconds(5200)))
  }

  @Test(arguments: [AddressLife.Neighbour.fresh, .failed])
  func `a given time replaces what the neighbour table says`(neighbour: AddressLife.Neighbour) {
    let outcome = outcome(hang: .seconds(1), neighbour, at: 2200)
    #expect(outcome == .unreachable(at: .milliseconds(3200)))
  }
}
