import Testing

@testable import Comparison
@testable import Picture

@Suite struct PackedFailuresTests {
  private func json(_ failures: [FailedRequest]) throws -> String {
    String(decoding: try PageData.json(PackedFailures(failures)), as: UTF8.self)
  }

  @Test func `a failure is a short list, and words stand once`() throws {
    let pod = SampleRow.result().pods[0]
    let failures = [
      SampleRow.failure(10.56789, number: 1, pod), SampleRow.failure(11, number: 2, nil),
    ]
    #expect(
      try json(failures)
        == #"{"rows":[[10.5679,0.0012,0,1,2,3,4,"4-0-1"],[11,0.0012,0,1,2,3,5,"4-0-2"]],"#
        + #""words":["deploy","tcp","fresh","refused","calc-1-0",""]}"#)
  }

  @Test func `no failure is an empty list`() throws {
    #expect(try json([]) == #"{"rows":[],"words":[]}"#)
  }
}
