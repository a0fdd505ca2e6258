extension Verdict {
  /// - Parameter others: the results of the same rehearsal, with which some claims compare.
  package init(of result: RowResult, claims: [Claim], beside others: [RowResult] = []) {
    let checked = claims.compactMap { claim in
      claim.check(result, beside: others).map { (claim: claim, holds: $0.holds, seen: $0.seen) }
    }
    var findings = checked.map {
      Finding(claim: $0.claim.text(result.parameters), holds: $0.holds, seen: $0.seen)
    }
    let fails = findings.contains { $0.holds == false }
    let isOpen = checked.contains { $0.claim.isEssential && $0.holds == nil }
    let isJudged = !isOpen && findings.contains { $0.holds != nil }
    let holds = result.harness.isSound && !fails
    let word =
      !result.harness.isSound ? "no verdict" : fails ? "FAILS" : isJudged ? "holds" : "not judged"
    if !result.harness.isSound { findings.insert(Self.distrust(result.harness), at: 0) }
    let advice = result.subject == nil ? nil : Advice(result).lines
    self.init(holds: holds, word: word, findings: findings, advice: advice)
  }

  /// Why the numbers prove nothing.
  private static func distrust(_ harness: HarnessReport) -> Finding {
    let own =
      harness.ownFailures > 0
      ? ["\(harness.ownFailures.grouped) failures of the harness's own"] : []
    let slow = harness.isTrustworthy ? [] : ["the machine was too slow"]
    return Finding(
      claim: "the harness can be believed", holds: false,
      seen: (own + slow + harness.reasons).joined(separator: "; "))
  }

  /// The results with their verdicts, each judged beside all others.
  /// - Parameter claims: what has to hold of each; the talk's claims about the rows unless given.
  package static func judge(
    _ results: [RowResult],
    claims: (RowResult) -> [Claim] = { Row.named($0.row)?.claims ?? [] }
  ) -> [RowResult] {
    results.map { result in
      var result = result
      result.verdict = Verdict(of: result, claims: claims(result), beside: results)
      return result
    }
  }
}
