extension Row {
  /// What has to hold for the row to show what the talk says.
  package var claims: [Claim] {
    switch name {
    case "1": [.fails(on: .deploy), .fails(on: .scaleUp)]
    case "2": [.noneFails(of: .fresh, through: .tcp), .oldPodsAreKilled]
    case "3": [.cuts, .oldPodsEndByThemselves]
    case "4":
      [
        .stillFails, .oldPodsEndByThemselves, .podsReportNoneCut, .cutsFarLessThan("3"),
        .failsLessThan("3"),
      ]
    case "5": [.failsNowhere, .oldPodsEndByThemselves]
    case "6", "7": [.failsNowhere, .oldPodsEndByThemselves, .losesOperations]
    case "6g", "7g":
      [.failsNowhere, .oldPodsEndByThemselves, .losesNoOperation, .logsNothingTwice]
    default: []
    }
  }
}
