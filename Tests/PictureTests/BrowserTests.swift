import Shared
import Testing

@testable import Comparison
@testable import TestSupport

/// The page in a real browser; what is tested stands in `Tests/BrowserTests/page_test.py`.
@Suite(.timeLimit(.minutes(10))) struct BrowserTests {
  @Test(.needs(.chromedriver), arguments: ["FileTest", "LiveTest"])
  func `in Chromium, from disk and live, the page shows what the results hold`(tests: String)
    async throws
  {
    let script = "\(TemporaryFolder.repository)/Tests/BrowserTests/page_test.py"
    let run = try await HarnessRun.run(
      // The system's own, which has the system's packages.
      program: "/usr/bin/python3", [script, tests], environment: ["EXECUTABLES=\(BuiltHarness.folder)"])
    #expect(run.code == 0, "\(run.output)")
  }
}
