import Libc
import Testing

@testable import Comparison

struct ExpectationTests {
  private func result(_ door: Door, _ kind: ClientKind, sent: Int) -> RowResult {
    var result = RowResult(row: "3", parameters: Parameters())
    result.counts.add(.deploy, door, kind, .ok, sent)
    return result
  }

  private func cuts(_ result: RowResult, seen: Int = 0) -> (holds: Bool?, seen: String) {
    Expectation.cuts.judge(seen, in: result, [.deploy, .scaleDown])
  }

  @Test func `one that is seen is enough, however few were sent`() {
    #expect(cuts(result(.tcp, .keepalive, sent: 10), seen: 1) == (true, "1 of 10"))
  }

  @Test func `none is refuted only by so many that none would be surprising`() {
    // 4.8 of a thousand: after 960 requests 1 % of runs show none.
    #expect(cuts(result(.tcp, .keepalive, sent: 960)) == (false, "0 of 960"))
    let few = cuts(result(.tcp, .keepalive, sent: 100))
    #expect(few == (nil, "0 of 100; it takes 960 to judge"))
  }

  @Test func `where it was never seen nothing is expected`() {
    let seen = cuts(result(.http2, .fresh, sent: 100_000))
    #expect(seen == (nil, "0 of 100,000, where none is to be expected"))
  }

  @Test func `requests of other phases prove nothing`() {
    var steady = RowResult(row: "3", parameters: Parameters())
    steady.counts.add(.steady, .tcp, .keepalive, .ok, 100_000)
    #expect(cuts(steady).holds == nil)
  }

  @Test func `without a SIGTERM under load it is not judged`() {
    var quiet = result(.tcp, .keepalive, sent: 100_000)
    quiet.loadEnd = 10
    #expect(cuts(quiet) == (nil, "0 of 100,000, but no SIGTERM came under load"))
    var pod = PodTimeline(name: "p", address: "127.1.0.1")
    (pod.deletedIn, pod.sigterm, pod.lastRequest) = (.deploy, 9, 8.5)
    quiet.pods = [pod]
    #expect(cuts(quiet).holds == false)
  }
}
