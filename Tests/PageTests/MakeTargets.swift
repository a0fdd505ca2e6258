@testable import TestSupport

/// What make can do here: the targets, and the knobs of each, in the words of the Makefile, of the
/// scripts, and of the built executables' own help.
struct MakeTargets {
  private(set) var knobs: [String: Set<String>] = [:]
  /// Names of environment variables that a script or the service reads.
  let environment: Set<String>

  /// - Parameter help: what an executable prints for a target when it is asked for help.
  init(
    makefile: [String], help: (_ program: String, _ target: String) async throws -> [String]
  ) async throws {
    let readers = Repository.files(below: "Scripts") + Repository.files(below: "Sources/Shared")
    var names: Set<String> = Self.capitals(makefile.joined(separator: "\n"))
    for file in readers { names.formUnion(Self.capitals(try Repository.text(file))) }
    environment = names

    var group = ""
    for (index, line) in makefile.enumerated() {
      if line.hasPrefix("##@ ") { group = line }
      guard let target = line.firstMatch(of: /^([a-z0-9-]+):(?!=)/).map({ String($0.1) }) else {
        continue
      }
      let recipe = makefile[(index + 1)...].prefix { $0.hasPrefix("\t") }.joined(separator: "\n")
      if recipe.contains("$(CLUSTER)") {
        knobs[target] = Self.options(try await help("Cluster", target))
      } else if recipe.contains("$(SHOW)") {
        knobs[target] = Self.options(try await help("Show", target))
      } else if recipe.contains(".build/release/Rehearsal") {
        knobs[target] = Self.options(try await help("Rehearsal", target))
      } else {
        var text = [group, line]
        for script in recipe.matches(of: /Scripts\/[a-z0-9-]+\.sh/) {
          text += try Repository.lines(String(script.output)).dropFirst().prefix {
            $0.hasPrefix("#")
          }
        }
        knobs[target] = Self.knobs(text)
      }
    }
  }

  func has(_ knob: String, for target: String) -> Bool {
    knobs[target]?.contains(knob) == true || environment.contains(knob)
  }

  func has(_ knob: String) -> Bool {
    environment.contains(knob) || knobs.values.contains { $0.contains(knob) }
  }

  /// The first words of the lines that a help indents, one for each option.
  private static func options(_ help: [String]) -> Set<String> {
    Set(help.compactMap { $0.prefixMatch(of: /\s+([A-Za-z][A-Za-z-]*)=/).map { String($0.1) } })
  }

  /// `rows=3` and `rows=` both name `rows`.
  private static func knobs(_ text: [String]) -> Set<String> {
    Set(
      text.flatMap { $0.matches(of: /\b([A-Za-z][A-Za-z_-]*)=/).map { String($0.1) } })
  }

  private static func capitals(_ text: String) -> Set<String> {
    Set(text.matches(of: /\b[A-Z][A-Z0-9_]*[A-Z0-9]\b/).map { String($0.output) })
  }
}
