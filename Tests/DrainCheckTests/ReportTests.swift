import Testing

@testable import DrainCheck

/// The text of a report, at its widest.
@Suite struct ReportTests {
  private func result(_ verdict: Finding.Verdict) -> CheckResult {
    var options = CheckOptions()
    options.command = ["a-server-with-a-name-that-is-long", "--and-words", "that", "go", "on"]
    let service = Service(
      options: options, address: .init(host: "127.0.0.1", port: 1)!, startTime: .seconds(1),
      requestTime: .milliseconds(2), status: 200, keepsAlive: true, pipelines: true,
      answersHalfClosed: true)
    var result = CheckResult(service, isPID1: true)
    for each in Case.all {
      let finding = Finding(
        verdict: verdict, seen: "some words that say what came, which are many", sent: "a request")
      result.add(each, finding, took: .seconds(1))
    }
    return result
  }

  @Test(arguments: [Finding.Verdict.holds, .fails(.must), .fails(.should), .notTried])
  func `a headline has at most 20 lines, and no line more than 80 columns`(
    verdict: Finding.Verdict
  ) {
    let result = result(verdict)
    #expect(CheckText.headline(result).count <= 20)
    let all =
      CheckText.introduction(result) + result.cases.flatMap { CheckText.line($0) }
      + CheckText.failures(result) + CheckText.headline(result)
    #expect(all.filter { $0.count > 80 } == [])
  }

  @Test func `only a must fails the check`() {
    #expect(result(.holds).holds && result(.fails(.should)).holds)
    #expect(!result(.fails(.must)).holds)
  }

  @Test func `what was not tried proves nothing`() {
    #expect(CheckText.headline(result(.notTried)).last == "No must was tried: nothing is proved.")
    #expect(!result(.notTried).holds)
  }

  @Test func `a word wider than a line is broken`() {
    let lines = CheckText.wrapped("ab " + String(repeating: "x", count: 200), indent: 3)
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(lines.joined().filter { $0 == "x" }.count == 200)
  }

  @Test func `every case has a name of its own, a rule, and for claims a cure`() {
    #expect(Set(Case.all.map(\.name)).count == Case.all.count)
    for each in Case.all {
      #expect(!each.source.isEmpty && each.sentence.hasSuffix("."))
      #expect(each.level == .info || !each.user.isEmpty && !each.mend.isEmpty)
    }
  }
}
