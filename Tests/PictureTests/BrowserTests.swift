import Libc
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
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    // The system's own Python, which has the system's packages.
    let run = try await HarnessRun.run(
      [script, tests], of: "/usr/bin/python3",
      environment: ["EXECUTABLES=\(BuiltHarness.folder)", "PATH=\(path)", "HOME=/tmp"])
    #expect(run.code == 0, "\(run.output)")
  }
}
