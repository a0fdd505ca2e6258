import Libc
import Testing

@testable import Comparison

struct RequestSeriesTests {
  @Test func `requests are counted in the 200 ms in which they were sent`() {
    var series = RequestSeries()
    series.add(.tcp, .fresh, at: .zero, isFailed: false)
    series.add(.tcp, .fresh, at: .milliseconds(199), isFailed: true)
    series.add(.tcp, .fresh, at: .milliseconds(650), isFailed: false)
    series.add(.http, .keepalive, at: .milliseconds(200), isFailed: true)
    #expect(series.lines.map(\.door) == [.tcp, .http])
    #expect(series.lines.map(\.sent) == [[2, 0, 0, 1], [0, 1]])
    #expect(series.lines.map(\.failed) == [[1, 0, 0, 0], [0, 1]])
  }

  @Test func `a failure says how long after its pod's deletion and SIGTERM it was sent`() {
    var pod = PodTimeline(name: "p", address: "127.1.0.1")
    (pod.deletion, pod.sigterm) = (10, 15)
    func failure(sent: Double, at pod: PodTimeline?) -> FailedRequest {
      FailedRequest(
        sent: sent, took: 0.1, phase: .deploy, door: .tcp, kind: .fresh, outcome: .refused,
        id: "4-0-0", at: pod)
    }
    let (before, between, after) = (
      failure(sent: 9, at: pod), failure(sent: 12, at: pod), failure(sent: 16, at: pod)
    )
    #expect([before, between, after].map(\.sinceDeletion) == [nil, 2, 6])
    #expect([before, between, after].map(\.sinceSigterm) == [nil, nil, 1])
    #expect(failure(sent: 16, at: nil).pod == nil)
  }
}
