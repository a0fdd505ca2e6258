import Testing

@testable import Comparison
@testable import Rehearsal

struct PodHistoryTests {
  @Test
  func
    `a failure of a living pod counts in its own phase, else in that which created or deleted it`()
  {
    #expect(PodHistory().phase(current: .steady) == .steady)
    #expect(PodHistory(created: .deploy).phase(current: .scaleUp) == .deploy)
    #expect(
      PodHistory(created: .deploy, hasServed: true).phase(current: .scaleUp) == .scaleUp)
    #expect(
      PodHistory(created: nil, deleted: .deploy, hasServed: true).phase(current: .scaleDown)
        == .deploy)
    #expect(
      PodHistory(created: .deploy, deleted: .scaleDown, hasServed: true).phase(current: .scaleDown)
        == .scaleDown)
  }

  @Test
  func `a pod that never served fails because it was created, even when it is deleted already`() {
    #expect(
      PodHistory(created: .scaleUp, deleted: .scaleDown).phase(current: .scaleDown) == .scaleUp)
  }
}
