/// The verdicts as JUnit XML, which continuous integration shows: a suite for each row, a test for
/// each claim. A claim that was not checked is skipped, a harness that cannot be believed an error.
package struct JUnitReport: Sendable {
  package let text: String

  package init(_ results: [RowResult]) {
    text = Self.document(results.flatMap { Self.suite($0) })
  }

  /// - Throws: `CommandError` (73).
  package func write(to path: String) throws(CommandError) {
    try ResultFile.write(path, option: "junit") { Array(text.utf8) }
  }

  private static func suite(_ result: RowResult) -> [String] {
    let findings = result.verdict?.findings ?? []
    let isSound = result.harness.isSound
    func count(_ holds: Bool?) -> Int { findings.count { $0.holds == holds } }
    let failed = count(false)
    let name = result.label
    return suite(
      name, findings.map { test($0, name, isSound: isSound) }, failures: isSound ? failed : 0,
      errors: isSound ? 0 : failed, skipped: count(nil), seconds: result.harness.wall)
  }

  /// The whole file.
  package static func document(_ suites: [String]) -> String {
    ([#"<?xml version="1.0" encoding="UTF-8"?>"#, "<testsuites>"] + suites + ["</testsuites>"])
      .map { "\($0)\n" }.joined()
  }

  /// - Parameters:
  ///   - name: escaped.
  ///   - tests: an element each.
  package static func suite(
    _ name: String, _ tests: [String], failures: Int, errors: Int, skipped: Int, seconds: Double
  ) -> [String] {
    [
      "  <testsuite name=\"\(name)\" tests=\"\(tests.count)\" failures=\"\(failures)\""
        + " errors=\"\(errors)\" skipped=\"\(skipped)\" time=\"\(seconds.fixed(3))\">"
    ] + tests + ["  </testsuite>"]
  }

  private static func test(_ finding: Verdict.Finding, _ suite: String, isSound: Bool) -> String {
    let start = "    <testcase classname=\"\(suite)\" name=\"\(escaped(finding.claim))\">"
    let seen = escaped(finding.seen)
    let inner =
      switch finding.holds {
      case true?: "<system-out>\(seen)</system-out>"
      case false?: "<\(isSound ? "failure" : "error") message=\"\(seen)\"/>"
      case nil: "<skipped message=\"\(seen)\"/>"
      }
    return start + inner + "</testcase>"
  }

  /// For an attribute or an element.
  package static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}
