import Libc
import Shared
import Synchronization
import Testing

@testable import Comparison
@testable import Rehearsal

/// Runs the scripts of the talk between stand-ins for all programs that reach out: a cluster that
/// exists in files, and programs that write down what they were called with.
final class Sandbox: Sendable {
  /// How a call of make ended.
  struct Run: Sendable {
    let code: Int32
    /// Standard output and standard error together, without what make says about a recipe that
    /// failed.
    let lines: [String]
    /// How many calls the stand-ins had before.
    let earlierCalls: Int

    var text: String { lines.joined(separator: "\n") }
  }

  static let repository = String(Repository.root.dropLast())

  let folder = "/tmp/sandbox-test-\(getpid())-\(UInt32.random(in: 0...(.max)))"
  private let programs: String

  /// - Parameter programs: what there is besides kubectl and what every system has.
  init(context: String? = "kind-calc", programs: [String] = []) throws {
    self.programs = programs.isEmpty ? "" : "\(folder)/programs:"
    try write("", to: "standin/calls")
    if let context { try write("\(context)\n", to: "standin/context") }
    try node(provider: "kind://docker/calc/calc-worker")
    try object("namespace.default", ".status.phase\tActive", in: "-")
    try object(
      "storageclass.standard",
      #".metadata.annotations.storageclass\.kubernetes\.io/is-default-class"# + "\ttrue", in: "-")
    try write("calc:0.1.0", to: "state/image")
    for program in programs {
      try FileManager.default.createDirectory(
        atPath: "\(folder)/programs", withIntermediateDirectories: true)
      // Some have a stand-in that knows more of them than what a test lets them answer.
      let own = "\(Self.standIns)/\(program).sh"
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/programs/\(program)",
        withDestinationPath: access(own, X_OK) == 0 ? own : "\(Self.standIns)/answer")
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// What there is on this machine, which may be little.
  private static let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"

  static let standIns = "\(repository)/Tests/StandIns"

  /// Calls make as a user does.
  /// - Parameters:
  ///   - words: the target and its variables.
  ///   - settings: more of the environment; waiting times are short unless given.
  ///   - watch: called with all output so far whenever there is more, and the process group.
  func make(
    _ words: [String], settings: [String: String] = [:],
    watch: @escaping @Sendable (String, pid_t) -> Void = { _, _ in }
  ) async throws -> Run {
    try await run(
      ["make", "--no-print-directory", "-C", Self.repository] + words, settings: settings,
      watch: watch)
  }

  /// Calls a program as the scripts do.
  func run(
    _ command: [String], settings: [String: String] = [:],
    watch: @escaping @Sendable (String, pid_t) -> Void = { _, _ in }
  ) async throws -> Run {
    let earlier = try calls().count
    var environment = [
      "PATH": "\(programs)\(Self.standIns):\(Self.path)",
      "STANDIN": "\(folder)/standin", "STATE": "\(folder)/state",
      "TMPDIR": folder, "HOME": folder, "POLL": "0.01", "ROLLOUT_TIMEOUT": "100",
      "ADDRESS_TIMEOUT": "100",
      "API_PATIENCE": "100",
    ]
    environment.merge(settings) { $1 }
    let run = try await HarnessRun.run(
      command, of: "/usr/bin/env", environment: environment.map { "\($0.key)=\($0.value)" },
      watch: watch)
    let lines = run.output.split(whereSeparator: \.isNewline).map(String.init).filter {
      !$0.hasPrefix("make: ***")
    }
    return Run(code: run.code, lines: lines, earlierCalls: earlier)
  }

  func make(_ words: String..., settings: [String: String] = [:]) async throws -> Run {
    try await make(words, settings: settings)
  }

  // MARK: What there is

  /// A folder with what every system has, and none of the talk's tools.
  func systemTools() throws -> String {
    let path = "\(folder)/system"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for tool in [
      "env", "make", "bash", "sh", "awk", "sed", "grep", "cat", "mktemp", "rm", "dirname", "mkdir",
      "mv", "uname", "tr", "head", "sort",
    ] {
      let places = Self.path.split(separator: ":").map { "\($0)/\(tool)" }
      let found = try #require(places.first { access($0, X_OK) == 0 })
      try FileManager.default.createSymbolicLink(
        atPath: "\(path)/\(tool)", withDestinationPath: found)
    }
    return path
  }

  /// A docker where snap puts its own.
  /// - Parameter home: what it may read; the folder that the repository is in, unless given.
  /// - Returns: settings for `make`.
  func dockerFromSnap(home: String? = nil) throws -> [String: String] {
    let bin = "\(folder)/snap/bin"
    try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: "\(bin)/docker", withDestinationPath: "\(Self.standIns)/answer")
    let parts = Self.repository.split(separator: "/")
    return [
      "PATH": "\(bin):\(programs)\(Self.standIns):\(Self.path)",
      "HOME": home ?? parts.dropLast().map { "/\($0)" }.joined(),
    ]
  }

  func write(_ text: String, to name: String) throws {
    let file = "\(folder)/\(name)"
    try FileManager.default.createDirectory(
      atPath: file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
        separator: "/"),
      withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
  }

  /// An object of the cluster: lines of a jsonpath, a tab and a value.
  func object(_ name: String, _ fields: String..., in namespace: String = "default") throws {
    try write(fields.map { "\($0)\n" }.joined(), to: "standin/objects/\(namespace)/\(name)")
  }

  func node(provider: String) throws {
    try object(
      "node.one", ".spec.providerID\t\(provider)",
      ".status.addresses[?(@.type==\"InternalIP\")].address\t10.0.0.7", in: "-")
  }

  /// A pod of the service that is not ready.
  func pod(_ name: String, _ fields: String...) throws {
    let all =
      [
        ".metadata.name\t\(name)", ".metadata.labels.app\tcalc",
        ".status.conditions[?(@.type==\"Ready\")].status\tFalse",
      ] + fields
    try write(all.map { "\($0)\n" }.joined(), to: "standin/objects/default/pod.\(name)")
  }

  /// Calls of kubectl that fail so many times (`*` for ever).
  func trouble(_ lines: String...) throws {
    try write(lines.map { "\($0)\n" }.joined(), to: "standin/trouble")
  }

  /// What the other programs answer: `COUNT|PATTERN|STATUS|TEXT`.
  func answers(_ lines: String...) throws {
    try write(lines.map { "\($0)\n" }.joined(), to: "standin/answers")
  }

  // MARK: What became of it

  func text(_ name: String) -> String? {
    guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else { return nil }
    return String(decoding: data, as: UTF8.self)
  }

  /// A remembered value.
  func state(_ name: String) -> String? {
    text("state/\(name)")?.split(separator: "\n").first.map(String.init)
  }

  func field(_ object: String, _ path: String, in namespace: String = "default") -> String? {
    text("standin/objects/\(namespace)/\(object)")?.split(separator: "\n").first {
      $0.hasPrefix(path + "\t")
    }
    .map { String($0.dropFirst(path.count + 1)) }
  }

  func has(_ object: String, in namespace: String = "default") -> Bool {
    text("standin/objects/\(namespace)/\(object)") != nil
  }

  func calls(since run: Run? = nil) throws -> [String] {
    let all = try #require(text("standin/calls")).split(separator: "\n").map(String.init)
    return Array(all.dropFirst(run?.earlierCalls ?? 0))
  }

  func calls(_ word: String, since run: Run? = nil) throws -> [String] {
    try calls(since: run).filter { $0.contains(word) }
  }
}
