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
    let line =
      "calc-load failed id=r-0-2-14 door=tcp kind=fresh outcome=eof at=1795397659825 ms=26 why=EOF"
    #expect(
      LoadLine(line)
        == .failed(
          .init(id: "r-0-2-14", outcome: .eof, at: 1_795_397_659.825, took: 0.026, why: "EOF")))
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
          .init(
            id: "r-0-1-15", outcome: .http503, at: 1_795_397_659.925, took: 0.001,
            why: "status_503")))
  }

  @Test func `reads what a user has come to`() {
    let line =
      "calc-load user=3 seq=1 at=1795397646 ok=9 failed=1 last=18 protocol=HTTP/2.0 "
      + "steps=0,4,5 ms=102*4,101*5"
    let progress = LoadLine.Progress(
      user: 3, sequence: 1, at: 1_795_397_646, answered: 9, failed: 1, last: 18,
      proto: "HTTP/2.0", steps: [0, 4, 5],
      times: [.init(milliseconds: 102, count: 4), .init(milliseconds: 101, count: 5)])
    #expect(LoadLine(line) == .progress(progress))
  }

  @Test func `reads a period without an answer`() {
    guard
      case .progress(let progress) = LoadLine(
        "calc-load user=3 seq=0 at=1795397646 ok=0 failed=4 last=3 protocol=- steps=- ms=-")
    else {
      Issue.record("is no progress")
      return
    }
    #expect(progress.answered == 0)
    #expect(progress.times.isEmpty)
  }

  @Test(arguments: [
    "", "calc-load", "calc-load failed id=x", "calc-load failed id=x outcome=ok at=1 ms=1 why=-",
    "calc-load failed id=x outcome=wet at=1 ms=1 why=-",
    "calc-load user=x seq=0 at=1 ok=1 failed=0 last=1 protocol=- steps=1 ms=1*1",
    // Cut off within a number.
    "calc-load failed id=x outcome=eof at=1 ms=1",
    "calc-load user=3 seq=1 at=1 ok=9 failed=1 last=1",
    "calc-load user=3 seq=1 at=1 ok=9 failed=1 last=18 protocol=HTTP/1.1 steps=9 ms=101*4,102",
    "calc-load user=3 seq=1 at=1 ok=12 failed=1 last=18 protocol=HTTP/1.1 steps=12 ms=101*1",
    #"{"run":"r","sent":"#,
    "level=warning msg=\"Request Failed\" error=\"Post http://calc/sum: EOF\"",
    #"time="2026-11-23T01:34:19Z" level=warning msg="Request Failed" error="EOF""#,
  ])
  func `takes no other line`(line: String) { #expect(LoadLine(line) == nil) }

  private func line(
    _ sequence: Int, at: Int, _ answered: Int, last: Int, failed: Int = 0, user: Int = 1
  ) -> String {
    let some = answered > 0
    return "calc-load user=\(user) seq=\(sequence) at=\(at) ok=\(answered) failed=\(failed) "
      + "last=\(last) protocol=HTTP/1.1 steps=\(some ? "\(answered)" : "-") "
      + "ms=\(some ? "101*\(answered)" : "-")"
  }

  private func failure(_ number: Int, _ outcome: String, at: Int = 101_000, why: String = "x")
    -> String
  {
    "calc-load failed id=r-tcp-fresh-2-1-\(number) outcome=\(outcome) at=\(at) ms=3 why=\(why)"
  }

  @Test func `the answered ids are all up to a user's last one but those that failed`() {
    let log = log(
      line(0, at: 100, 2, last: 1), failure(2, "reset"), line(1, at: 101, 1, last: 3, failed: 1),
      line(0, at: 101, 1, last: 0, user: 7))
    #expect(
      log.answered == [
        "r-tcp-fresh-2-1-0", "r-tcp-fresh-2-1-1", "r-tcp-fresh-2-1-3", "r-tcp-fresh-2-7-0",
      ])
    #expect(log.failed == ["r-tcp-fresh-2-1-2"])
  }

  @Test func `a line that comes twice, as after a cut, counts once`() {
    let lines = [line(0, at: 100, 2, last: 1), failure(2, "eof"), line(1, at: 101, 3, last: 5)]
    var log = log()
    for text in lines + lines.reversed() { log.add(text) }
    #expect(log.progress.count == 2 && log.failures.count == 1)
    #expect(log.missingLines == 0 && LoadSum([log]).counts.sent == 6)
  }

  @Test func `what is missing in the middle is known from the numbers of the lines that are there`()
  {
    let log = log(
      line(1, at: 101, 9, last: 18), line(4, at: 104, 8, last: 45, failed: 3), failure(44, "eof"))
    #expect((log.missingLines, log.expectedLines) == (3, 5))
    // 46 were sent; 17 of them were answered and one failed, as lines say.
    #expect(log.notKnown == 28)
    let sum = LoadSum([log])
    #expect(sum.lines.contains { $0.hasPrefix("not known") && $0.contains(" 28 ") })
    #expect(sum.lines.contains { $0.hasPrefix("sent") && $0.contains("46") })
    #expect(
      sum.complaints.contains(
        "the logs of k6 have gaps: 3 of 5 lines are missing, and 28 requests not known"))
  }

  @Test func `what is missing at the end is known from the summary`() {
    let log = log(line(0, at: 100, 9, last: 8), #"{"run":"r","pod":"2","sent":45}"#)
    #expect((log.missingLines, log.notKnown, log.sentToItsEnd) == (0, 36, 45))
  }

  @Test func `a client that does not tell of the time until the end is silent`() {
    var log = LoadLog(door: .tcp, kind: .fresh, run: "r", pod: 0, users: 3)
    log.add(line(0, at: 100, 9, last: 8))
    log.add(line(0, at: 99, 9, last: 8, user: 2))
    #expect(log.silentUsers(before: 100.5, report: 1) == 2)
    #expect(
      LoadCheck.complaints([log], to: .at(100.5)) == [
        "2 clients fell silent before the end, of tcp-fresh"
      ])
    log.add(line(1, at: 100, 9, last: 17, user: 2))
    log.add(line(0, at: 100, 9, last: 8, user: 3))
    #expect(LoadCheck.complaints([log], to: .at(100.5)) == [])
  }

  @Test func `what failed on k6's own side is no failure of the service`() {
    let log = log(
      failure(0, "own", why: "too_many_open_files"), line(0, at: 101, 0, last: 0, failed: 1))
    #expect(log.ownFailures == 1)
    #expect(LoadSum([log]).counts.failed == 0)
    #expect(LoadSum([log]).complaints.contains { $0.contains("too_many_open_files") })
  }

  @Test func `counts each request in the phase in which it was sent`() {
    var spans = PhaseSpans()
    spans.begin(.steady, at: 100)
    spans.begin(.deploy, at: 105.4)
    spans.begin(.scaleUp, at: 120)
    spans.end = 130
    let log = log(
      line(0, at: 99, 10, last: 9), line(1, at: 104, 9, last: 18),
      "calc-load user=1 seq=2 at=105 ok=8 failed=0 last=26 protocol=HTTP/1.1 steps=2,2,1,2,1 "
        + "ms=101*8",
      failure(27, "timeout", at: 119_900), failure(28, "refused", at: 120_000),
      line(3, at: 130, 5, last: 33, failed: 2), failure(34, "eof", at: 131_000))
    let seen = LoadCounts([log], in: spans, since: 90)
    #expect(seen.counts.sent == 0, "the beginning is 90 s later")
    let all = LoadCounts([log], in: spans)
    #expect(all.counts.count(.steady, .tcp, .fresh, .ok) == 13)
    #expect(all.counts.count(.deploy, .tcp, .fresh, .ok) == 4)
    #expect(all.counts.count(.deploy, .tcp, .fresh, .timeout) == 1)
    #expect(all.counts.count(.scaleUp, .tcp, .fresh, .refused) == 1)
    #expect(all.counts.sent == 19)
    #expect(all.latency.summary.max == 101)
    #expect(all.failures.map(\.phase) == [.deploy, .scaleUp])
  }

  @Test func `the series holds what was sent in each 200 ms, and what failed of it`() {
    var spans = PhaseSpans()
    spans.begin(.steady, at: 0)
    let log = log(
      "calc-load user=1 seq=0 at=100 ok=3 failed=0 last=2 protocol=HTTP/1.1 steps=0,2,1 ms=101*3",
      failure(3, "eof", at: 100_700))
    let seen = LoadCounts([log], in: spans, since: 100)
    #expect(seen.series.lines.map(\.sent) == [[0, 2, 1, 1]])
    #expect(seen.series.lines.map(\.failed) == [[0, 0, 0, 1]])
    #expect(seen.failures.first?.sent == 100.7 - 100)
  }

  @Test func `k6's clock is read by its node's, which the fastest line tells`() {
    var log = LoadLog(door: .tcp, kind: .fresh, run: "r", pod: 0, ahead: 50)
    #expect(log.local(100) == 50)
    log.add(LogFollower.Line(stamp: 103.5, came: 100, text: line(0, at: 103, 1, last: 0)))
    log.add(LogFollower.Line(stamp: 104, came: 101.5, text: line(1, at: 104, 1, last: 1)))
    #expect(log.local(103.5) == 100)
  }

  @Test func `a failure belongs to the phase that created or deleted the pod that it met`() {
    var spans = PhaseSpans()
    spans.begin(.deploy, at: 100)
    spans.begin(.scaleUp, at: 110)
    var pod = PodTimeline(name: "a", address: "")
    (pod.ready, pod.createdIn, pod.deletion, pod.deletedIn) = (90, nil, 109, .deploy)
    let log = log(failure(0, "eof", at: 112_000))
    let seen = LoadCounts([log], in: spans) { _ in pod }
    #expect(seen.counts.count(.deploy, .tcp, .fresh, .eof) == 1)
    #expect(seen.failures.first?.sinceDeletion == 3 && seen.failures.first?.pod == "a")
  }

  @Test func `a k6 that did not come to its end is no sound part of a sum`() {
    let progress = line(0, at: 104, 9, last: 8)
    let error = "GoError: the body of the request is no text"
    #expect(LoadSum([log(progress, error)]).complaints == ["1 k6 did not come to an end: \(error)"])
    #expect(LoadSum([log(error)]).complaints == ["1 k6 told of no request: \(error)"])
    let end = #"{"run":"r","pod":"2","sent":9}"#
    #expect(LoadSum([log(progress, end)]).complaints.isEmpty)
    #expect(
      LoadSum([log("calc-load start pod=2 late=4.2", progress, end)]).complaints.count == 1)
    #expect(LoadSum([]).complaints == ["no k6 has written anything"])
  }

  @Test func `sums several k6 into a table by outcome`() {
    let one = log(line(0, at: 104, 996, last: 995), #"{"run":"r","sent":996}"#)
    let two = log(
      failure(0, "refused"), failure(1, "eof"), line(0, at: 104, 2, last: 3, failed: 2),
      #"{"run":"r","sent":4}"#)
    #expect(
      LoadSum([one, two]).lines.prefix(6) == [
        "outcome  requests    share", "ok            998  99.80 %", "refused         1   0.10 %",
        "eof             1   0.10 %",
        "failed          2   0.20 %", "sent        1,000",
      ])
  }
}
