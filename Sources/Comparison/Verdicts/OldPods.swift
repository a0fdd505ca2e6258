/// How the pods that a phase deleted came to their end.
struct OldPods {
  private let result: RowResult
  private let pods: [PodTimeline]
  private static let none: (holds: Bool?, seen: String) = (false, "no pod was deleted")

  init(_ result: RowResult) {
    self.result = result
    pods = result.oldPods
  }

  /// SIGKILL comes when the grace is over. A rehearsal sees the exit itself, and later when it is
  /// busy: that is not the pod's doing. A cluster stamps both to the second.
  var areKilled: (holds: Bool?, seen: String) {
    guard !pods.isEmpty else { return Self.none }
    let isCluster = result.origin == .cluster
    let tolerance: Double = isCluster ? 2 : 1
    // Instants are added and subtracted: a millisecond is none.
    let first = Double(result.parameters.grace) - tolerance - 0.001
    let last = isCluster ? Double(result.parameters.grace) + tolerance + 0.001 : .infinity
    let killed = pods.filter { pod in
      pod.code == 137 && pod.stopping.map { (first...last).contains($0) } == true
    }
    let times = killed.compactMap(\.stopping)
    let range =
      times.isEmpty
      ? "" : ", after \((times.min() ?? 0).fixed()) to \((times.max() ?? 0).fixed()) s"
    return (killed.count == pods.count, "\(killed.count) of \(pods.count.of("old pod"))\(range)")
  }

  var endByThemselves: (holds: Bool?, seen: String) { judgeCodes("killed") { $0 == 137 } }

  /// A pod that got no answer of InfluxDB for what it held says so by its exit code 1, also when
  /// InfluxDB had stored it: under a fault, that is as it should be.
  var exitWithZero: (holds: Bool?, seen: String) {
    let mayFail = result.parameters.influxFault != nil
    return judgeCodes("with another code") { $0 != 0 && !(mayFail && $0 == 1) }
  }

  /// A rehearsal sees every exit. A cluster may take a pod away before its code is read, and then
  /// it is not known.
  private func judgeCodes(_ words: String, isBad: (Int) -> Bool) -> (holds: Bool?, seen: String) {
    guard !pods.isEmpty else { return Self.none }
    let codes = pods.compactMap(\.code)
    let (bad, unknown) = (codes.count(where: isBad), pods.count - codes.count)
    let seen = "\(bad.grouped) of \(pods.count.of("old pod")) \(words)"
    guard bad == 0, unknown > 0 else { return (bad == 0, seen) }
    return (
      result.origin == .cluster ? nil : false, "\(unknown) of \(pods.count) without an exit code"
    )
  }

  var reportNoneCut: (holds: Bool?, seen: String) {
    guard !pods.isEmpty else { return Self.none }
    // A pod that stops during its warm-up has nothing to report.
    let silent = pods.count { $0.cut == nil && $0.ready != nil }
    let cut = pods.reduce(0) { $0 + ($1.cut ?? 0) }
    let seen =
      "\(cut.grouped) cut in \(pods.count.of("old pod"))"
      + (silent > 0 ? ", \(silent) of which reported nothing" : "")
    // On a cluster a pod's log may be gone before it is read.
    if silent > 0, cut == 0, result.origin == .cluster { return (nil, seen) }
    return (silent == 0 && cut == 0, seen)
  }
}

extension RowResult {
  /// Those that a phase deleted.
  package var oldPods: [PodTimeline] { pods.filter { $0.deletedIn != nil } }

  /// How many of the pods that a phase deleted got their SIGTERM while the load was on and they
  /// served it: a request had come within the second before, or came after it. Nil where it is not
  /// known when the load ended.
  package func sigtermsUnderLoad(in phase: Phase) -> Int? {
    guard let loadEnd else { return nil }
    return pods.count { pod in
      guard pod.deletedIn == phase, let sigterm = pod.sigterm, sigterm < loadEnd else {
        return false
      }
      return (pod.lastRequest ?? -.infinity) > sigterm - 1
    }
  }
}
