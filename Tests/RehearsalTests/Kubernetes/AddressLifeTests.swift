import Testing

@testable import Rehearsal

struct AddressLifeTests {
  @Test func `a deleted pod's address hangs once it is gone, and not before`() {
    var address = AddressLife()
    #expect(address.connect(at: .seconds(1)) == .dial)
    address.podEnded(at: .seconds(2))
    #expect(address.connect(at: .milliseconds(2199)) == .dial)
    #expect(address.connect(at: .milliseconds(2200)) == .unreachable(at: .milliseconds(5200)))
  }
}
