import Testing

@testable import Comparison

struct DetailsTests {
  @Test func `counts are shown by phase, door, kind and class, without what did not occur`() {
    var counts = Counts()
    counts.add(.deploy, .tcp, .fresh, .ok, 1000)
    counts.add(.deploy, .tcp, .fresh, .refused, 7)
    counts.add(.scaleDown, .http, .keepalive, .http502, 2)
    #expect(
      Details.counts(counts) == [
        "tcp     kind    sent  failed  refused",
        "deploy  fresh  1,007       7        7",
        "all     all    1,007       7        7",
        "http        kind       sent  failed  http_502",
        "scale-down  keepalive     2       2         2",
        "all         all           2       2         2",
      ])
    #expect(Details.counts(Counts()) == ["no request was sent"])
  }

  @Test func `a row that fails in every way fits 80 columns`() {
    var counts = Counts()
    for phase in Phase.allCases {
      for kind in ClientKind.allCases {
        for outcome: Outcome in [.ok, .refused, .reset, .eof, .timeout, .unreachable] {
          counts.add(phase, .tcp, kind, outcome, 999)
        }
        for outcome: Outcome in [.ok, .http502, .http503, .httpOther, .timeout] {
          counts.add(phase, .http, kind, outcome, 999)
        }
      }
    }
    #expect(Details.counts(counts).allSatisfy { $0.count <= 78 })
  }

  @Test func `each verdict stands with its claim, and where the JSON lies with how long it took`() {
    var result = RowResult(row: "5", parameters: Parameters())
    result.counts.add(.deploy, .tcp, .fresh, .ok, 10)
    result.harness.wall = 61.25
    result.harness.cpu = 0.63
    var pod = PodTimeline(name: "p", address: "127.1.0.1")
    (pod.deletedIn, pod.deletion, pod.exit, pod.code, pod.cut, pod.finished) = (
      .deploy, 1, 8.5, 0, 0, 3
    )
    result.pods = [pod]
    let lines = Details.lines(Verdict.judge([result]), folder: "results/rehearsal", wall: 62)
    for line in [
      "Row 5: preStop sleep  [holds]",
      "  holds: no request fails: no phase, door or kind (0 of 10)",
      "  results/rehearsal/5.json  seed=0",
      "  took 61.3 s; the machine was fast enough (CPU 63 % busy)",
      "1 of 1 row as the talk says, in 62.0 s; the machine was fast enough.",
      "  1 pod, 1 old; exit 0 of 1; stopped in 7.5 to 7.5 s; reported 0 cut, 3",
      "    finished, 0 late",
    ] {
      #expect(lines.contains(line), "\(line)")
    }
    #expect(lines.allSatisfy { $0.count <= 80 })
    // What is printed last stays on the screen.
    #expect(lines.dropLast(2).last?.hasPrefix("  5  preStop sleep") == true)
  }

  @Test func `a row of which nothing was to be judged is said to be that`() {
    var result = RowResult(row: "3", parameters: Parameters())
    result.parameters.phases = [.steady]
    result.counts.add(.steady, .tcp, .fresh, .ok, 10)
    let lines = Details.lines(Verdict.judge([result]), folder: "results/rehearsal", wall: 7)
    #expect(
      lines.last
        == "0 of 1 row as the talk says, 1 not judged, in 7.0 s; the machine was fast enough.")
  }
}
