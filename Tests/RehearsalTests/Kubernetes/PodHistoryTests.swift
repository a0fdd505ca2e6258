import Testing

@testable import Comparison
@testable import Rehearsal

struct PodHistoryTests {
  @Test func `a failure counts in the phase that created or deleted the pod it hit`() {
    #expect(PodHistory().phase(current: .steady) == .steady)
    #expect(PodHistory(created: .deploy).phase(current: .scaleUp) == .deploy)
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
