import Testing

@testable import Comparison

/// What is said about a service that lost requests: one line for each finding.
struct AdviceTests {
  private var result: RowResult {
    var result = RowResult(row: "web", parameters: Parameters())
    result.subject = SubjectDescription(
      name: "web", command: "node server.js", request: "GET /", accepted: "2xx", probes: [])
    result.parameters.phases = [.deploy]
    result.loadEnd = 100
    return result
  }

  /// One that was deleted at 40 s, got its SIGTERM and ended with a code.
  private func old(
    _ name: String = "web-1-0", sigterm: Double = 40, exit: Double = 42, code: Int = 0
  ) -> PodTimeline {
    var pod = PodTimeline(name: name, address: "127.1.0.1")
    (pod.created, pod.started, pod.listening, pod.ready) = (0, 1, 1.2, 1.5)
    (pod.deletion, pod.deletedIn, pod.sigterm, pod.outOfEndpoints) = (40, .deploy, sigterm, 41.1)
    (pod.exit, pod.code, pod.lastRequest) = (exit, code, 39.9)
    return pod
  }

  /// One that a rollout created, and that listens from 53 s on.
  private func new() -> PodTimeline {
    var pod = PodTimeline(name: "web-2-1", address: "127.1.0.2")
    (pod.created, pod.createdIn, pod.started, pod.ready, pod.listening) = (
      49, .deploy, 50, 50.4, 53
    )
    return pod
  }

  private func advice(
    _ pods: [PodTimeline], _ failures: [(sent: Double, Outcome, Door, ClientKind, pod: Int?)],
    _ edit: (inout RowResult) -> Void = { _ in }
  ) -> [String] {
    var result = result
    result.pods = pods
    result.failures = failures.map { failure in
      FailedRequest(
        sent: failure.sent, took: 0.1, phase: .deploy, door: failure.2, kind: failure.3,
        outcome: failure.1, id: "web-0-0", at: failure.pod.map { pods[$0] })
    }
    edit(&result)
    return Advice(result).lines
  }

  @Test func `a service that loses nothing gets no advice`() {
    #expect(advice([old(), new()], []) == [])
  }

  @Test func `failures before a pod listens ask for a readiness probe, or for a later one`() {
    let failures: [(Double, Outcome, Door, ClientKind, Int?)] = [
      (51, .refused, .tcp, .fresh, 1), (52.5, .http503, .http, .keepalive, 1),
    ]
    #expect(
      advice([old(), new()], failures) == [
        "2 requests came to pods that did not listen yet, up to 2.5 s after their start: add a "
          + "readinessProbe that passes once the service can serve"
      ])
    #expect(
      advice([old(), new()], failures) { $0.subject?.probes = ["readiness"] } == [
        "2 requests came to pods that did not listen yet, up to 2.5 s after their start: the "
          + "readinessProbe passes too early; let it ask what requests need"
      ])
    #expect(
      advice([old(), new()], [(54, .httpOther, .tcp, .fresh, 1)]) == [
        "1 request failed at pods that listened and could not serve yet: add a readinessProbe"
      ])
  }

  @Test func `requests to a closed listener ask for a preStop longer than the measured lag`() {
    let failures: [(Double, Outcome, Door, ClientKind, Int?)] = [
      (40.3, .refused, .tcp, .fresh, 0), (40.9, .timeout, .tcp, .fresh, 0),
      (40.5, .http503, .http, .fresh, 0), (40.7, .unreachable, .tcp, .fresh, 0),
    ]
    #expect(
      advice([old()], failures) == [
        "4 requests went to deleted pods that did not listen any more, up to 0.9 s after the "
          + "deletion (proxies took up to 1.1 s): wait before SIGTERM, "
          + "lifecycle.preStop.sleep.seconds: 3"
      ])
    // The hook's own time counts, also of one whose length the manifest does not say.
    var hooked = old(sigterm: 45)
    hooked.preStop = 40
    #expect(
      advice([hooked], failures).first?.hasSuffix(
        "preStop takes 5.0 s, so the service stopped listening before its SIGTERM") == true)
  }

  @Test func `what was cut asks for a drain, on kept connections for Connection close`() {
    let failures: [(Double, Outcome, Door, ClientKind, Int?)] = [
      (39.95, .eof, .tcp, .fresh, 0), (40.05, .reset, .tcp, .keepalive, 0),
      (40.06, .http502, .http, .fresh, 0), (40.07, .eof, .tcp, .fresh, 0),
    ]
    let lines = advice([old()], failures)
    #expect(
      lines.map { $0.prefix(44) } == [
        "1 request in flight was cut at SIGTERM: drai",
        "2 requests were lost on connections that cli",
        "1 new connection was accepted after SIGTERM ",
      ])
    #expect(lines[1].contains("Connection: close"))
  }

  @Test func `137 asks for a handler where pods listened to the end, else for more time`() {
    var deaf = old(exit: 70.1, code: 137)
    deaf.stillListening = true
    #expect(
      advice([deaf], [(70.05, .eof, .tcp, .keepalive, 0)]) == [
        "1 old pod ended by SIGKILL (137) after the grace of 30 s, which cut 1 request and "
          + "listened to the end: handle SIGTERM; PID 1 ignores signals without a handler, and a "
          + "shell does not pass them on"
      ])
    (deaf.stillListening, deaf.preStop) = (false, 40)
    (deaf.sigterm, deaf.lastRequest) = (45, 44.9)
    #expect(
      advice([deaf], []) == [
        "1 old pod ended by SIGKILL (137) after the grace of 30 s: preStop 5.0 s + the stop, "
          + "longer than 25.0 s, is more than terminationGracePeriodSeconds; raise it, or bound "
          + "the drain"
      ])
  }

  @Test func `other codes, restarts, errors while stopping and no ready pod have lines`() {
    #expect(
      advice([old(code: 1), old("b", code: 3)], []) == [
        "2 old pods exited with 1, 3: exit with 0 after a clean stop"
      ])
    #expect(
      advice([old(code: 143)], []) == [
        "1 old pod exited with 143: 143 is SIGTERM without a handler; handle it"
      ])
    var restarted = old()
    restarted.restarts = 2
    #expect(
      advice([restarted], []) == [
        "2 restarts of containers: the process ended by itself; logs=logs keeps what it wrote"
      ])
    #expect(
      advice([old()], [(40.2, .http503, .tcp, .fresh, 0)]) == [
        "1 request got an error from pods on their way out: go on serving until no more come"
      ])
    #expect(
      advice([old()], [(40.2, .refused, .tcp, .fresh, nil)]) == [
        "1 request found no ready pod: more replicas, or strategy.rollingUpdate.maxUnavailable: 0"
      ])
    #expect(
      advice([old()], [(20, .httpOther, .tcp, .fresh, 0), (21, .timeout, .tcp, .fresh, 0)]) == [
        "2 requests failed at pods that were neither starting nor stopping (1 timeout, "
          + "1 http_other): the service fails under this load by itself"
      ])
  }

  @Test func `a phase without a SIGTERM under load is said, and proves nothing`() {
    var unseen = result
    unseen.pods = [old()]
    unseen.loadEnd = 30
    unseen.counts.add(.deploy, .tcp, .fresh, .ok, 100)
    let verdict = Verdict(of: unseen, claims: Claim.ofAnyService)
    #expect(verdict.word == "not judged")
    #expect(
      verdict.advice == [
        "no SIGTERM came under load in deploy: more clients=, or kind=keepalive among them"
      ])
    unseen.loadEnd = 100
    #expect(Verdict(of: unseen, claims: Claim.ofAnyService).word == "holds")
  }

  @Test func `a row gets no advice: its failures are meant`() {
    var row = result
    row.subject = nil
    row.pods = [old(code: 137)]
    #expect(Verdict(of: row, claims: []).advice == nil)
  }
}
