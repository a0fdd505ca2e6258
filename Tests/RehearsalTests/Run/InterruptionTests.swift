import Libc
import Shared
import Testing

@testable import Comparison
@testable import Rehearsal
@testable import TestSupport

@Suite(.timeLimit(.minutes(4))) struct InterruptionTests {
  @Test func `it says why in one line, and leaves no pod`() async throws {
    let result = try await #require(
      processExitsWith: .exitCode(69), observing: [\.standardErrorContent, \.standardOutputContent]
    ) {
      let group = try PodGroup(harness: BuiltHarness.path)
      let pod = try group.start(
        "/bin/sh", ["-c", "echo up; exec sleep 1000"], environment: ["PATH=/usr/bin:/bin"])
      _ = try Await.output(of: pod.output, until: "up")
      print("pod \(pod.pid)")
      fflush(nil)
      let databases = RowDatabases(nil, names: [])
      await Interruption([group], databases, Display(Board([]), isPlain: true)).exit(
        CommandError(.unavailable, "the reason"))
    }
    let error = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(error.split(separator: "\n").filter { $0 == "the reason" }.count == 1)
    let output = String(decoding: result.standardOutputContent, as: UTF8.self)
    let pid = try #require(output.firstMatch(of: /pod (\d+)/).flatMap { pid_t($0.1) })
    #expect(kill(pid, 0) == -1 && errno == ESRCH)
  }
}
