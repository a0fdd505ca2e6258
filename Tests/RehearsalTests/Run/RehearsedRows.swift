import Shared

@testable import Comparison
@testable import Rehearsal
@testable import TestSupport

/// A test's folder in which rows are rehearsed, small and quick.
extension TemporaryFolder {
  /// The repository's manifests, with a short warm-up and grace.
  func manifests(_ change: (String) -> String = { $0 }) throws -> String {
    for row in Row.all {
      let text = try TemporaryFolder.text(
        "\(TemporaryFolder.repository)/k8s/\(row.manifest)"
      )
      .replacing("value: \"3\"", with: "value: \"1.5\"").replacing(
        "GracePeriodSeconds: 30", with: "GracePeriodSeconds: 8"
      )
      .replacing("initialDelaySeconds: 3", with: "initialDelaySeconds: 1").replacing(
        "periodSeconds: 5", with: "periodSeconds: 1")
      try write(change(text), to: row.manifest)
    }
    return path
  }

  func rehearse(_ words: String..., manifests: String, results: String? = nil) async throws
    -> HarnessRun
  {
    let results = results ?? "results=\(path)/results"
    let all =
      ["manifests=\(manifests)", "executables=\(BuiltHarness.folder)", results, "plain=1"] + words
    let run = try await HarnessRun.run(all)
    // Other suites run beside this one: a machine that was too slow says nothing.
    return run.output.contains("[no verdict]") ? try await HarnessRun.run(all) : run
  }

  func result(_ row: String) throws -> RowResult {
    try ResultFile.read("\(path)/results/\(row).json")
  }

  /// A folder of executables in which one step has another's place.
  func executables(_ step: String, in place: String) throws -> String {
    let folder = path + "/swapped"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder)/\(place)", withDestinationPath: "\(BuiltHarness.folder)/\(step)")
    return folder
  }
}
