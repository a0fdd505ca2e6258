import Testing

@testable import Cluster
@testable import Comparison

struct LoadLogTests {
  private func log(_ lines: String...) -> LoadLog {
    var log = LoadLog(door: .tcp, kind: .fresh, run: "r-tcp-fresh", pod: 2)
    for line in lines { log.add(line) }
    return log
  }

  @Test func `reads a failure as k6 prints it raw`() {
    let line = "calc-load failed id=r-0-2-14 outcome=eof at=1795397659825 ms=26 why=EOF"
    #expect(
      LoadLine(line)
        == .failed(.init(id: "r-0-2-14", outcome: .eof, at: 1_795_397_659.825, why: "EOF")))
  }

  @Test func `reads a failure as k6 prints it to a terminal`() {
    let line =
      #"""
      time="2026-11-23T01:34:19Z" level=info msg="calc-load failed id=r-0-1-15 outcome=http_503 \#
      at=1795397659925 ms=1 why=status_503" source=console
      """#
    #expect(
      LoadLine(line)
        == .failed(
          .init(id: "r-0-1-15", outcome: .http503, at: 1_795_397_659.925, why: "status_503")))
  }

  @Test func `reads what a user has come to`() {
    let line =
      "calc-load user=3 at=1795397646 ok=9 failed=1 last=18 protocol=HTTP/2.0 ms=102*4,101*5"
    let progress = LoadLine.Progress(
      user: 3, at: 1_795_397_646, answered: 9, failed: 1, last: 18, proto: "HTTP/2.0",
      times: [(102, 4), (101, 5)])
    #expect(LoadLine(line) == .progress(progress))
  }

  @Test func `reads a period without an answer`() {
    guard
      case .progress(let progress) = LoadLine(
        "calc-load user=3 at=1795397646 ok=0 failed=4 last=3 protocol=- ms=-")
    else {
      Issue.record("is no progress")
      return
    }
    #expect(progress.answered == 0)
    #expect(progress.times.isEmpty)
  }

  @Test(arguments: [
    "", "calc-load", "calc-load failed id=x", "calc-load failed id=x outcome=ok at=1 ms=1 why=-",
    "calc-load failed id=x outcome=wet at=1 ms=1",
    "calc-load user=x at=1 ok=1 failed=0 last=1",
    "level=warning msg=\"Request Failed\" error=\"Post http://calc/sum: EOF\"",
    #"time="2026-11-23T01:34:19Z" level=warning msg="Request Failed" error="EOF""#,
  ])
  func `takes no other line`(line: String) { #expect(LoadLine(line) == nil) }

  @Test func `the answered ids are all up to a user's last one but those that failed`() {
    let log = log(
      "calc-load user=1 at=100 ok=2 failed=0 last=1 protocol=HTTP/1.1 ms=101*2",
      "calc-load failed id=r-tcp-fresh-2-1-2 outcome=reset at=101000 ms=3 why=x",
      "calc-load user=1 at=101 ok=1 failed=1 last=3 protocol=HTTP/1.1 ms=101*1",
      "calc-load user=7 at=101 ok=1 failed=0 last=0 protocol=HTTP/1.1 ms=101*1")
    #expect(
      log.answered == [
        "r-tcp-fresh-2-1-0", "r-tcp-fresh-2-1-1", "r-tcp-fresh-2-1-3", "r-tcp-fresh-2-7-0",
      ])
    #expect(log.failed == ["r-tcp-fresh-2-1-2"])
  }

  @Test func `lines that were cut out of a log are missed`() {
    let log = log(
      "calc-load failed id=r-tcp-fresh-2-1-2 outcome=reset at=101000 ms=3 why=x",
      "calc-load user=1 at=101 ok=1 failed=3 last=9 protocol=HTTP/1.1 ms=101*1")
    #expect(log.missingLines == 2)
  }

  @Test func `lines of progress that were cut out of a log are missed, too`() {
    let whole = [
      "calc-load user=1 at=100 ok=2 failed=0 last=1 protocol=HTTP/1.1 ms=101*2",
      "calc-load failed id=r-tcp-fresh-2-1-2 outcome=reset at=101000 ms=3 why=x",
      "calc-load user=1 at=101 ok=3 failed=1 last=5 protocol=HTTP/1.1 ms=101*3",
      "calc-load user=1 at=102 ok=1 failed=1 last=6 protocol=HTTP/1.1 ms=101*1",
    ]
    var log = LoadLog(door: .tcp, kind: .fresh, run: "r-tcp-fresh", pod: 2)
    for line in whole { log.add(line) }
    #expect(log.missingAnswers == 0 && LoadSum.complaints([log], mustBeWhole: false).isEmpty)
    // The kubelet keeps a file of some size, and starts another.
    var rotated = LoadLog(door: .tcp, kind: .fresh, run: "r-tcp-fresh", pod: 2)
    for line in whole[1...] { rotated.add(line) }
    #expect(rotated.missingAnswers == 2)
    #expect(
      LoadSum.complaints([rotated], mustBeWhole: false) == [
        "the logs of k6 were cut: the lines that count 2 answers are not there"
      ])
  }

  @Test func `what failed on k6's own side is no failure of the service`() {
    let log = log(
      "calc-load failed id=r-tcp-fresh-2-1-0 outcome=own at=101000 ms=3 why=too_many_open_files",
      "calc-load user=1 at=101 ok=0 failed=1 last=0 protocol=- ms=-")
    #expect(log.ownFailures == 1)
    #expect(LoadSum([log]).counts.failed == 0)
    #expect(LoadSum([log]).complaints.contains { $0.contains("too_many_open_files") })
  }

  @Test func `counts each request in the phase in which it was sent`() {
    var spans = PhaseSpans()
    spans.begin(.steady, at: 100)
    spans.begin(.deploy, at: 105.4)
    spans.begin(.scaleUp, at: 120)
    let log = log(
      "calc-load user=1 at=99 ok=10 failed=0 last=9 protocol=HTTP/1.1 ms=101*10",
      "calc-load user=1 at=104 ok=9 failed=0 last=18 protocol=HTTP/1.1 ms=101*9",
      "calc-load user=1 at=105 ok=8 failed=0 last=26 protocol=HTTP/1.1 ms=101*8",
      "calc-load failed id=r-tcp-fresh-2-1-27 outcome=timeout at=119900 ms=10000 why=x",
      "calc-load failed id=r-tcp-fresh-2-1-28 outcome=refused at=120000 ms=1 why=x")
    var counts = Counts()
    var latency = LatencyHistogram()
    log.count(in: spans, to: &counts, &latency)
    #expect(counts.count(.steady, .tcp, .fresh, .ok) == 9)
    #expect(counts.count(.deploy, .tcp, .fresh, .ok) == 8)
    #expect(counts.count(.deploy, .tcp, .fresh, .timeout) == 1)
    #expect(counts.count(.scaleUp, .tcp, .fresh, .refused) == 1)
    #expect(counts.sent == 19)
    #expect(latency.count == 17)
    #expect(latency.summary.max == 101)
  }

  @Test func `phases are found on a clock that is ahead`() {
    var spans = PhaseSpans()
    spans.begin(.steady, at: 100)
    #expect(spans.shifted(by: 3).phase(at: 102) == nil)
    #expect(spans.shifted(by: 3).phase(at: 103) == .steady)
  }

  @Test func `a k6 that did not come to its end is no sound part of a sum`() {
    let progress = "calc-load user=1 at=104 ok=9 failed=0 last=8 protocol=HTTP/1.1 ms=101*9"
    let error = "GoError: the body of the request is no text"
    #expect(LoadSum([log(progress, error)]).complaints == ["1 k6 did not come to an end: \(error)"])
    #expect(LoadSum([log(progress, #"{"run":"r","pod":"2"}"#)]).complaints.isEmpty)
    #expect(
      LoadSum([log("calc-load start pod=2 late=4.2", progress, #"{"run":"r"}"#)]).complaints.count
        == 1)
  }

  @Test func `sums several k6 into a table by outcome`() {
    let whole = #"{"run":"r"}"#
    let one = log(
      "calc-load user=1 at=104 ok=996 failed=0 last=995 protocol=HTTP/1.1 ms=101*996", whole)
    let two = log(
      "calc-load failed id=r-tcp-fresh-2-1-0 outcome=refused at=101000 ms=3 why=x",
      "calc-load failed id=r-tcp-fresh-2-1-1 outcome=eof at=101000 ms=3 why=x",
      "calc-load user=1 at=104 ok=2 failed=2 last=3 protocol=HTTP/1.1 ms=250*2", whole)
    #expect(
      LoadSum([one, two]).lines.prefix(6) == [
        "outcome  requests    share", "ok            998  99.80 %", "refused         1   0.10 %",
        "eof             1   0.10 %",
        "failed          2   0.20 %", "sent        1,000",
      ])
  }
}
