import Libc
import Shared
import Testing

@testable import Comparison
@testable import Rehearsal
@testable import TestSupport

/// Ctrl-C during a rehearsal of the rows.
@Suite(.serialized, .timeLimit(.minutes(4))) struct InterruptedRehearsalTests {
  private let folder = TemporaryFolder()

  @Test func `rows that had finished when Ctrl-C came are shown and kept`() async throws {
    // Row 6 stays to log what its pods hold.
    let words = [
      "rows=5 7", "phases=steady", "replicas=1", "clients=4", "start=0s", "lag=0s", "plain=1",
      "executables=\(BuiltHarness.folder)", "manifests=\(try folder.manifests())",
      "results=\(folder.path)/results",
    ]
    let run = try await HarnessRun.run(words) { output, pid in
      if output.contains("  done  ") { kill(pid, SIGINT) }
    }
    #expect(run.code == 130)
    #expect(
      run.lines.last
        == "interrupted: what had finished is kept (5), nothing is left running", "\(run.output)")
    #expect(run.lines.contains { $0.hasPrefix("Row 5: preStop sleep  [") })
    #expect(try folder.result("5").counts.sent > 0)
  }

  @Test func `Ctrl-C ends it with one line, and its pods with it`() async throws {
    let words = [
      "v=2", "replicas=3", "clients=4", "executables=\(BuiltHarness.folder)",
      "manifests=\(try folder.manifests())",
    ]
    let run = try await HarnessRun.run(words + ["results=\(folder.path)/results"]) { output, pid in
      // A state that is over within the 5 s between two lines may stand in none.
      if output.contains(/row 2  (steady|deploy|scale)/) { kill(pid, SIGINT) }
    }
    #expect(run.code == 130)
    #expect(run.lines.last == "interrupted: nothing was counted, nothing is left running")
  }
}
