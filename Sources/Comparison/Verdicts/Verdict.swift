/// Whether a row showed what the talk says about it.
package struct Verdict: Codable, Equatable, Sendable {
  package struct Finding: Codable, Equatable, Sendable {
    package var claim: String
    /// Nil when it could not be checked.
    package var holds: Bool?
    /// What was seen, or why it was not checked.
    package var seen: String
  }

  /// No claim fails, and the harness can be believed.
  package var holds: Bool
  /// `holds`, `FAILS`, `not judged` (nothing that was run is claimed about), or `no verdict` (the
  /// machine or the harness failed).
  package var word: String
  package var findings: [Finding]

  private enum CodingKeys: String, CodingKey {
    case holds, word
    case findings = "claims"
  }

  /// - Parameter others: the results of the same rehearsal, with which some claims compare.
  package init(of result: RowResult, claims: [Claim], beside others: [RowResult] = []) {
    findings = claims.compactMap { claim in
      claim.check(result, beside: others).map {
        Finding(claim: claim.text(result.parameters), holds: $0.holds, seen: $0.seen)
      }
    }
    let fails = findings.contains { $0.holds == false }
    let isOpen = claims.contains { claim in
      guard claim.isEssential, let found = claim.check(result, beside: others) else { return false }
      return found.holds == nil
    }
    let isJudged = !isOpen && findings.contains { $0.holds != nil }
    holds = result.harness.isSound && !fails
    word =
      !result.harness.isSound ? "no verdict" : fails ? "FAILS" : isJudged ? "holds" : "not judged"
    guard !result.harness.isSound else { return }
    let own =
      result.harness.ownFailures > 0
      ? ["\(result.harness.ownFailures.grouped) failures of the harness's own"] : []
    let slow = result.harness.isTrustworthy ? [] : ["the machine was too slow"]
    findings.insert(
      Finding(
        claim: "the harness can be believed", holds: false,
        seen: (own + slow + result.harness.reasons).joined(separator: "; ")),
      at: 0)
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
