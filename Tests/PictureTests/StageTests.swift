import Libc
import Testing

@testable import Comparison
@testable import TestSupport

/// The page on stage: the built executable, and a browser that does what a test needs.
@Suite(.timeLimit(.minutes(2))) struct StageTests {
  private let folder = TemporaryFolder()

  /// Presses Ctrl-C as soon as it has its arguments, and tells the named pipe `end` how it ended.
  private func browser() throws -> String {
    try folder.write(
      """
      #!/bin/sh
      printf '%s\\n' "$@" >'\(folder.path)/shown'
      trap 'echo closed >"\(folder.path)/end"; exit' TERM
      kill -INT $PPID
      sleep 20 & wait
      echo left >'\(folder.path)/end'

      """, to: "browser", mode: 0o755)
    try #require(mkfifo("\(folder.path)/end", 0o600) == 0)
    return "\(folder.path)/browser"
  }

  @Test func `the browser that is named shows the page, and goes with it`() async throws {
    let browser = try browser()
    let show = try await HarnessRun.run(
      ["stage", "port=0", "browser='\(browser)' --kiosk 'a b'"], of: "Show",
      environment: ["PATH=/usr/bin:/bin"])
    #expect(show.code == 0)
    let address = try #require(show.output.firstMatch(of: /http:\S+/)).0
    #expect(try TemporaryFolder.text("\(folder.path)/shown") == "--kiosk\na b\n\(address)\n")
    #expect(try await HarnessRun.run(["\(folder.path)/end"], of: "/bin/cat").output == "closed\n")
  }

  @Test func `a browser that is not there is named`() async throws {
    let show = try await HarnessRun.run(["stage", "port=0", "browser=no-such-browser"], of: "Show")
    #expect(show.code == 64)
    #expect(show.lines == ["browser=no-such-browser: there is no such program"])
  }
}
