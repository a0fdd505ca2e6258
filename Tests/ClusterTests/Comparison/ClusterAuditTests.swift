import Testing

@testable import Cluster
@testable import Comparison

struct ClusterAuditTests {
  /// A client that was answered eight times and failed twice.
  private var log: LoadLog {
    var log = LoadLog(door: .tcp, kind: .fresh, run: "r", pod: 0)
    log.add("calc-load failed id=r-0-1-8 door=tcp kind=fresh outcome=eof at=1000 ms=1 why=x")
    log.add("calc-load failed id=r-0-1-9 door=tcp kind=fresh outcome=eof at=1000 ms=1 why=x")
    log.add("calc-load user=1 seq=0 at=1 ok=8 failed=2 last=9 protocol=x steps=8 ms=1*8")
    return log
  }

  private func pod(_ name: String, deletion: Double? = nil, exit: Double? = nil) -> PodTimeline {
    var pod = PodTimeline(name: name, address: "")
    (pod.deletion, pod.exit) = (deletion, exit)
    pod.deletedIn = deletion.map { _ in .deploy }
    return pod
  }

  private func audit(
    _ stored: [String], traced: Set<String> = [], _ answers: [String: PodAnswer] = [:]
  ) -> ClusterAudit {
    var spans = PhaseSpans()
    spans.begin(.steady, at: 0)
    return ClusterAudit(
      [log], StoredOperations(ids: stored), traced: traced,
      ClusterAudit.Places(answers: answers, spans: spans, holds: .seconds(5)))
  }

  @Test func `the audit is by id`() {
    let stored = (0...4).map { "r-0-1-\($0)" } + ["r-0-1-4", "r-0-1-8"]
    let audit = audit(stored, traced: ["r-0-1-5", "r-0-1-0"]).audit
    #expect((audit.answered, audit.logged, audit.lost, audit.undelivered) == (8, 6, 2, 1))
    #expect((audit.loggedTwice, audit.loggedThoughFailed, audit.unknown) == (1, 1, 0))
  }

  @Test(arguments: [
    ("r-0-1-10", 0), ("r-0-1-4000", 0), ("r-0-2-1", 1), ("r-1-1-1", 1), ("999", 1), ("r-0-1-x", 1),
    ("r-0-1--1", 1), ("r-0-1-1-1", 1), ("q-0-1-1", 1),
  ])
  func `what a client may have sent after its last word is no stranger's`(id: String, unknown: Int)
  {
    #expect(audit((0...7).map { "r-0-1-\($0)" } + [id]).audit.unknown == unknown)
  }

  /// A pod may hold an operation for 5 s, its attempt may take 2 s, and its exit is right to 1 s.
  @Test(arguments: [(100.0, 0), (92.1, 0), (91.9, 1)])
  func `a shutdown explains what its pod may have held at its end`(instant: Double, elsewhere: Int)
  {
    let answer = PodAnswer(pod: pod("a", deletion: 95, exit: 100), instant: instant)
    let audit = audit((1...7).map { "r-0-1-\($0)" }, ["r-0-1-0": answer])
    #expect((audit.audit.lost, audit.audit.lostElsewhere) == (1, elsewhere))
    #expect(audit.lostOfPods == ["a": 1])
    #expect(audit.audit.lostInPhases == [elsewhere == 0 ? "deploy" : "steady": 1])
  }

  @Test func `a pod that lives explains no loss, and one that is not known is told apart`() {
    let answer = PodAnswer(pod: pod("a"), instant: 10)
    let audit = audit((2...7).map { "r-0-1-\($0)" }, ["r-0-1-0": answer])
    #expect(audit.audit.lost == 2)
    #expect((audit.audit.lostElsewhere, audit.audit.lostUnplaced) == (1, 1))
  }
}
