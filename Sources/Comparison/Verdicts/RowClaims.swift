extension Row {
  /// What has to hold for the row to show what the talk says.
  package var claims: [Claim] {
    switch (step, act) {
    case (1, _): [.fails(on: .deploy), .fails(on: .scaleUp)]
    case (2, _): [.noneFails(of: .fresh, through: .tcp), .oldPodsAreKilled]
    case (3, _): [.cuts, .oldPodsEndByThemselves]
    case (4, _):
      [
        .stillFails, .oldPodsEndByThemselves, .podsReportNoneCut, .cutsFarLessThan("3"),
        .failsLessThan("3"),
      ]
    case (5, _): [.failsNowhere, .oldPodsEndByThemselves]
    case (_, .standard): [.failsNowhere, .oldPodsEndByThemselves, .losesOperations]
    case (_, .graceful):
      [.failsNowhere, .oldPodsEndByThemselves, .losesNoOperation, .logsNothingTwice]
    }
  }
}
