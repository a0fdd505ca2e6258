import Testing

@testable import Comparison
@testable import Rehearsal

struct StarvationTests {
  private func complaints(slow: Int, of answers: Int) -> [String] {
    var latency = LatencyHistogram()
    for number in 0..<answers { latency.add(.milliseconds(number < slow ? 400 : 101)) }
    return Starvation.complaints(latency)
  }

  @Test func `pods that answer in their time are not starved, nor without an answer`() {
    #expect(complaints(slow: 0, of: 100).isEmpty)
    #expect(complaints(slow: 0, of: 0).isEmpty)
    #expect(complaints(slow: 5, of: 100).isEmpty)
  }

  @Test func `when more than one answer in twenty takes far longer, the pods are starved`() {
    #expect(complaints(slow: 6, of: 100).count == 1)
    #expect(complaints(slow: 6, of: 100)[0].contains("the pods were starved"))
  }
}
