import Testing

@testable import Shared

@Suite struct OperationTests {
  @Test(arguments: ["", "a", "a\nb", "a\tb", "a\\", "a\\ b", "#a", "time", "caf\u{E9}"])
  func `what makes its point impossible is its fault, and nothing else`(text: String) {
    for operation in [
      Operation(id: text, name: "sum", numbers: 1, result: 1),
      Operation(id: "a", name: text, numbers: 1, result: 1),
      Operation(id: "a", name: "sum", numbers: 1, result: .nan),
    ] {
      for pod in ["pod", text] {
        var error: PointError?
        do throws(PointError) { _ = try operation.point(pod: pod, at: 0) } catch let found {
          error = found
        }
        #expect(operation.fault(pod: pod) == error)
      }
    }
  }
}
