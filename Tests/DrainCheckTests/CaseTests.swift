import Testing

@testable import DrainCheck
@testable import TestSupport

/// Each case finds the flaw that it is there for, and is passed by a server that has none.
@Suite(.timeLimit(.minutes(6))) struct CaseTests {
  @Test func `a server without a flaw passes every case, and none is left out`() async throws {
    let result = try await CheckedService.check("", only: [])
    #expect(result.cases.map(\.name) == Case.all.map(\.name))
    #expect(result.failed(.must) + result.failed(.should) == [], "\(result.cases)")
    let untried = result.cases.filter { $0.verdict == .notTried }.map(\.name)
    #expect(untried == (result.pid1 ? ["readiness"] : ["readiness", "children"]))
    #expect(result.holds)
  }

  @Test(arguments: [
    ("ignores-signal", "stops"), ("cuts-in-flight", "in-flight"),
    ("drops-half-head", "head-half-sent"), ("drops-half-body", "body-half-sent"),
    ("drops-after-continue", "expect-continue"), ("drops-half-closed", "half-close"),
    ("slams-unread", "kept-unread"), ("drops-backlog", "backlog"),
    ("accepts-and-drops", "new-connection"), ("cuts-stream", "stream"),
    ("cuts-slow-reader", "slow-reader"),
  ])
  func `a flaw that loses something fails its must, and no other`(flaw: String, name: String)
    async throws
  {
    let result = try await CheckedService.check(flaw, only: CheckedService.quickMusts)
    #expect(result.failed(.must) == [name], "\(result.cases)")
    #expect(!result.holds)
    let entry = try #require(result[name])
    for text in [entry.sent, entry.user, entry.mend] { #expect(text?.isEmpty == false) }
  }

  @Test func `requests that a loaded server drops fail the must of the load, with their share`()
    async throws
  {
    let result = try await CheckedService.check(
      "drops-under-load", only: CheckedService.quickMusts + ["kept-load"])
    #expect(result.failed(.must) == ["kept-load"], "\(result.cases)")
    let seen = try #require(result["kept-load"]?.seen)
    #expect(seen.contains(/^[1-9]\d* of [\d,]+ requests lost in 1 SIGTERM/), "\(seen)")
  }

  @Test(arguments: [
    ("says-nothing", "says-close"), ("answers-first-of-pipeline", "pipelined"),
    ("resets", "unread-input"), ("slams-idle", "kept-next"), ("waits-for-idle", "kept-idle"),
    ("waits-for-silent", "silent"), ("waits-for-half", "endless"),
    ("exits-with-one", "exit-code"), ("exits-late", "exit-soon"),
  ])
  func `a flaw that is only rude fails its should, and no must`(flaw: String, name: String)
    async throws
  {
    let neighbours = ["stops", "in-flight", "backlog", "exit-code"].filter { $0 != name }
    let result = try await CheckedService.check(flaw, only: neighbours + [name])
    #expect(result.failed(.should) == [name], "\(result.cases)")
    #expect(result.failed(.must) == [] && result.holds)
  }

  @Test(.enabled(if: CheckedService.hasNamespaces, "needs PID namespaces"))
  func `a process that outlives its server is named`() async throws {
    let result = try await CheckedService.check("leaves-child", only: ["stops", "children"])
    #expect(result.failed(.should) == ["children"])
    #expect(result["children"]?.seen == "left: sleep")
  }

  @Test func `ten runs give one verdict, also of a backlog that a race drops in one stop of two`()
    async throws
  {
    let only = ["stops", "backlog", "exit-code"]
    var verdicts: Set<[CheckResult.Entry.Verdict]> = []
    for _ in 0..<10 {
      let result = try await CheckedService.check("may-drop-backlog", only: only)
      verdicts.insert(result.cases.map(\.verdict))
      let seen = try #require(result["backlog"]?.seen)
      #expect(seen.contains(/^[1-9]\d* of \d+ not answered in \d+ SIGTERM/), "\(seen)")
    }
    #expect(verdicts == [[.holds, .fails, .holds]], "\(verdicts)")
  }
}
