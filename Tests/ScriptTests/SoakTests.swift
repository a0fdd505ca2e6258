import Libc
import Testing

@testable import Comparison
@testable import TestSupport

/// A soak of rehearsals that a stand-in plays, beside a real service.
@Suite(.needs(.curl), .timeLimit(.minutes(4))) struct SoakTests {
  /// - Parameters:
  ///   - rehearsal: the stand-in for a rehearsal, in bash; its folder is `$state`.
  ///   - service: the executable that runs beside the rehearsals.
  private func soak(
    times: Int, rehearsal: String, service: String = "\(BuiltHarness.folder)/CalcV5"
  ) async throws -> HarnessRun {
    let folder = TemporaryFolder()
    let build = "\(folder.path)/.build/release"
    try FileManager.default.createDirectory(atPath: build, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/Scripts",
      withDestinationPath: "\(TemporaryFolder.repository)/Scripts")
    try FileManager.default.createSymbolicLink(
      atPath: "\(build)/CalcV5", withDestinationPath: service)
    try folder.write(
      "#!/usr/bin/env bash\nstate='\(folder.path)'\n\(rehearsal)\n",
      to: ".build/release/Rehearsal", mode: 0o755)
    defer { withExtendedLifetime(folder) {} }
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    return try await HarnessRun.run(
      ["true"], of: "\(folder.path)/Scripts/soak.sh",
      environment: ["PATH=\(path)", "times=\(times)"])
  }

  @Test func `a round that the machine was too slow for is repeated, with its seed`() async throws {
    let run = try await soak(
      times: 2,
      rehearsal: #"""
        for word in "$@"; do if [[ $word == seed=* ]]; then echo "$word" >>"$state/seeds"; fi; done
        if [ "$(wc -l <"$state/seeds")" -ne 2 ]; then exit 0; fi
        echo ' 6g  --graceful: tasks drained       20,221       0    0     0  no verdict'
        exit 1
        """#)
    #expect(run.code == 0, "\(run.output)")
    let rounds = run.lines.filter { $0.hasPrefix("round") }
    #expect(rounds.map { $0.contains(" holds ") } == [true, false, true])
    #expect(rounds.allSatisfy { $0.hasPrefix("round   1") == ($0 == rounds[0]) })
  }

  @Test func `a service that does not start is told before any round`() async throws {
    let run = try await soak(times: 1, rehearsal: "exit 0", service: "/bin/false")
    #expect(run.code == 1)
    #expect(run.lines == ["the service beside the rehearsals does not answer"])
  }

  @Test(arguments: ["FAILS", "no verdict"])
  func `a round that fails, or never has a verdict, fails the soak`(word: String) async throws {
    let run = try await soak(
      times: 1,
      rehearsal: """
        echo ' 5   preStop sleep       20,221       0    0     –  \(word)'
        echo ' 6g  --graceful          20,221       0    0     0  no verdict'
        exit 1
        """)
    #expect(run.code == 1)
    #expect(run.lines.count { $0.hasPrefix("round") } == (word == "FAILS" ? 1 : 2))
    #expect(run.lines.last == "1 rounds of rows 5 6g 7g: 1 failed", "\(run.output)")
  }
}
