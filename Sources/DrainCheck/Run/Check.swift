import Comparison
import Shared

/// The whole check: looks at the server without a signal, runs the cases one after the other, each
/// with a new process of the server, and judges.
package struct Check {
  private let options: CheckOptions
  private let startup: Startup
  private let isPID1: Bool

  package init(_ options: CheckOptions, _ launcher: any ServerLauncher) {
    self.options = options
    startup = Startup(options, launcher)
    isPID1 = launcher.isPID1
  }

  private var cases: [Case] {
    Case.all.filter { options.only.isEmpty || options.only.contains($0.name) }
  }

  /// Blocks; not for a thread of a pool.
  /// - Parameter show: called with each line as soon as it is known.
  /// - Throws: `CommandError` when the server does not serve, at the start or later.
  package func run(show: (String) -> Void) throws(CommandError) -> CheckResult {
    try startup.requireFreePort()
    let service = try Baseline.measure(options, startup)
    var result = CheckResult(service, isPID1: isPID1)
    for line in CheckText.introduction(result) { show(line) }
    var ignoresSignal = false
    for each in cases {
      let began = MonotonicTime.now
      let wasIgnored = ignoresSignal
      let finding =
        wasIgnored
        ? Finding.notTried("the server does not end at \(options.signal.name)")
        : try run(each, service)
      if each.name == Case.stops.name, finding.verdict != .holds { ignoresSignal = true }
      result.add(each, finding, took: .now - began)
      guard !wasIgnored else { continue }
      for line in CheckText.line(result.cases[result.cases.count - 1]) { show(line) }
      if ignoresSignal {
        show("  The other cases need a server that ends at \(options.signal.name).")
      }
    }
    return result
  }

  private func run(_ each: Case, _ service: Service) throws(CommandError) -> Finding {
    if each.start == .underInit, !isPID1 { return .notTried("needs a PID namespace") }
    let scene = try Scene(service, startup, each.start)
    defer { scene.end() }
    return try each.run(scene)
  }
}
