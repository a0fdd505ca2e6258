import Testing

@testable import Comparison

/// Results of rows as a test wants them, and their verdicts.
enum JudgedRow {
  static func result(
    _ row: String, phases: [Phase] = Phase.allCases, _ edit: (inout RowResult) -> Void
  ) -> RowResult {
    var parameters = Parameters()
    parameters.phases = phases
    var result = RowResult(row: row, parameters: parameters)
    for phase in phases {
      for kind in ClientKind.allCases { result.counts.add(phase, .tcp, kind, .ok, 1000) }
    }
    edit(&result)
    return result
  }

  static func verdict(_ results: RowResult...) -> Verdict? {
    Verdict.judge(results).first?.verdict
  }

  static func pod(code: Int, stopping: Double, cut: Int? = nil) -> PodTimeline {
    var pod = PodTimeline(name: "p", address: "127.1.0.1")
    pod.deletedIn = .deploy
    pod.ready = 5
    pod.deletion = 10
    pod.exit = 10 + stopping
    pod.code = code
    pod.cut = cut
    return pod
  }
}

extension Verdict {
  /// Without what is claimed about every row, or every row that drains.
  var own: [Finding] {
    findings.filter { finding in
      ![
        "no container is restarted", "no answer is wrong", "every old pod exits with 0",
        "no operation is logged that no client sent",
      ].contains(finding.claim)
    }
  }
}
