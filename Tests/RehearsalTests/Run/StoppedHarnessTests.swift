import Libc
import Shared
import Testing

@testable import Comparison
@testable import Rehearsal
@testable import TestSupport

/// The built harness, stopped in the middle of a row as by Ctrl-Z or a laptop's lid.
@Suite(.timeLimit(.minutes(6))) struct StoppedHarnessTests {
  private let folder = TemporaryFolder()

  private func rehearse(stoppedFor time: Duration) async throws -> HarnessRun {
    let hasStopped = Once()
    return try await HarnessRun.run([
      "v=5", "phases=steady", "replicas=3", "clients=8", "start=0.2s", "lag=0.1s", "plain=1",
      "manifests=\(TemporaryFolder.repository)/k8s", "executables=\(BuiltHarness.folder)",
      "results=\(folder.path)/results",
    ]) { output, pid in
      guard output.contains("  steady  "), hasStopped.begin() else { return }
      BackgroundThread.start {
        kill(pid, SIGSTOP)
        usleep(UInt32(time / .microseconds(1)))
        kill(pid, SIGCONT)
      }
    }
  }

  @Test func `stopped for longer than a request may take, it fails nothing and gives no verdict`()
    async throws
  {
    let run = try await rehearse(stoppedFor: .seconds(12))
    #expect(run.code == 1)
    let result = try ResultFile.read("\(folder.path)/results/5.json")
    #expect(result.counts.sent > 0 && result.counts.failed == 0)
    #expect(!result.harness.isTrustworthy && result.verdict?.holds != true)
    let text = run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(text.contains("no verdict") && text.contains("the harness stood still for"))
  }
}

/// Lets one caller through.
private final class Once: Sendable {
  private let isOver = Lock(false)

  func begin() -> Bool {
    isOver.withLock { isOver in
      defer { isOver = true }
      return !isOver
    }
  }
}
