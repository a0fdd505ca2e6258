import Shared
import Testing

@testable import Comparison
@testable import Rehearsal
@testable import TestSupport

/// What ends a rehearsal of the rows with one line.
@Suite(.timeLimit(.minutes(4))) struct RefusedRehearsalTests {
  private let folder = TemporaryFolder()

  @Test func `pods that never come up end the rehearsal with one line`() async throws {
    let path = try folder.manifests { $0.replacing("/app/CalcV", with: "/app/Missing") }
    let run = try await folder.rehearse("v=4", manifests: path)
    #expect(run.code == 66)
    #expect(
      run.lines == [
        """
        \(BuiltHarness.folder)/Missing4, which \(path)/v4/deployment.yaml names, is not built: \
        run make build
        """
      ])
  }

  @Test func `a pod that ends before it listens is said at its second end, with its last words`()
    async throws
  {
    let path = try folder.manifests { $0.replacing("value: \"1.5\"", with: "value: \"soon\"") }
    let run = try await folder.rehearse("v=4", "start=0s", manifests: path)
    #expect(run.code == 69)
    #expect(
      run.lines.last?.contains("ended twice before it listened, with 78: WARMUP_SECONDS") == true,
      "\(run.lines)")
  }

  @Test func `it goes on to its own end when its output is no longer read`() async throws {
    let path = try folder.manifests { $0.replacing("value: \"1.5\"", with: "value: \"soon\"") }
    let words = [
      "v=4", "start=0s", "plain=1", "manifests=\(path)", "executables=\(BuiltHarness.folder)",
      "results=\(folder.path)/results",
    ]
    #expect(try await HarnessRun.unread(words) == 69)
  }

  @Test(arguments: [
    (["foo=1"], 64, "rehearse takes no foo="), (["v=9"], 64, "v=9: v= takes one of"),
    (["v=4", "rows=3 4"], 64, "contradict"),
    (["manifests=/nowhere"], 66, "/nowhere/v1/deployment.yaml: no such file"),
    (["v=4", "executables=/nowhere"], 66, "executables=/nowhere: no such folder"),
    (["v=4", "logs=/proc/x"], 73, "/proc/x/4: cannot be written; logs= takes a folder"),
    (["v=4", "results=/proc/x"], 73, "/proc/x: cannot be written"),
  ]) func `what cannot be rehearsed is refused with one line`(
    words: [String], code: Int32, line: String
  ) async throws {
    let run = try await HarnessRun.run(
      ["executables=\(BuiltHarness.folder)", "manifests=\(TemporaryFolder.repository)/k8s"].filter {
        word in
        !words.contains { $0.hasPrefix(word.prefix { $0 != "=" }) }
      } + words)
    #expect(run.code == code)
    #expect(run.lines.count == 1)
    #expect(run.lines[0].contains(line))
  }

  @Test func `a field that is not modelled is refused with its place`() async throws {
    let path = try folder.manifests {
      $0.replacing("      containers:", with: "      hostNetwork: true\n      containers:")
    }
    let run = try await folder.rehearse("v=4", manifests: path)
    #expect(run.code == 65)
    #expect(run.lines.count == 1)
    #expect(
      run.lines[0].contains("v4/deployment.yaml:")
        && run.lines[0].contains("spec.template.spec.hostNetwork is not modelled"))
  }

  @Test func `a probe of a port where no pod listens is refused`() async throws {
    let path = try folder.manifests {
      $0.replacing(
        "port: http\n            initialDelaySeconds: 10",
        with: "port: 4001\n            initialDelaySeconds: 10")
    }
    let run = try await folder.rehearse("v=4", manifests: path)
    #expect(run.code == 65)
    #expect(
      run.lines == [
        """
        \(path)/v4/deployment.yaml: livenessProbe.httpGet.port is 4001, but the pods listen on \
        4000
        """
      ])
  }
}
