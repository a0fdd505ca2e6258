import Comparison

/// The verdicts as JUnit XML: a test for each case. A failed should stands in its output, since
/// only a must fails the check.
package struct CheckJUnit: Sendable {
  package let text: String

  package init(_ result: CheckResult) {
    let cases = result.cases
    let name = "drain-check \(result.command)"
    text = JUnitReport.document(
      JUnitReport.suite(
        JUnitReport.escaped(name), cases.map(Self.test),
        failures: cases.count { $0.failed == .must }, errors: 0,
        skipped: cases.count { $0.verdict == .notTried },
        seconds: cases.map(\.seconds).reduce(0, +)))
  }

  /// - Throws: `CommandError` (73).
  package func write(to path: String) throws(CommandError) {
    try ResultFile.write(path, option: "junit") { Array(text.utf8) }
  }

  private static func test(_ entry: CheckResult.Entry) -> String {
    let seen = JUnitReport.escaped(entry.seen)
    let inner =
      switch (entry.verdict, entry.failed) {
      case (.fails, .must): "<failure message=\"\(seen)\"/>"
      case (.fails, _): "<system-out>fails as a should: \(seen)</system-out>"
      case (.notTried, _): "<skipped message=\"\(seen)\"/>"
      default: "<system-out>\(seen)</system-out>"
      }
    return "    <testcase classname=\"\(entry.level.rawValue)\" name=\"\(entry.name)\""
      + " time=\"\(entry.seconds.fixed(3))\">\(inner)</testcase>"
  }
}
