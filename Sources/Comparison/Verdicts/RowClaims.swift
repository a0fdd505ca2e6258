extension Row {
  /// What has to hold for the row to show what the talk says.
  package var claims: [Claim] {
    switch name {
    case "1": [.neverRestarts, .answersAreRight, .fails(on: .deploy), .fails(on: .scaleUp)]
    case "2":
      [.neverRestarts, .answersAreRight, .noneFails(of: .fresh, through: .tcp), .oldPodsAreKilled]
    case "3": [.neverRestarts, .answersAreRight, .cuts, .oldPodsEndByThemselves]
    case "4":
      [
        .neverRestarts, .answersAreRight, .oldPodsExitWithZero, .stillFails,
        .oldPodsEndByThemselves, .podsReportNoneCut, .cutsFarLessThan("3"), .failsLessThan("3"),
      ]
    case "5":
      [.neverRestarts, .oldPodsExitWithZero, .failsNowhere, .oldPodsEndByThemselves]
    case "6", "7":
      [
        .neverRestarts, .oldPodsExitWithZero, .logsOnlyWhatWasSent, .failsNowhere,
        .oldPodsEndByThemselves, .losesOperations,
      ]
    case "6g", "7g":
      [
        .neverRestarts, .oldPodsExitWithZero, .logsOnlyWhatWasSent, .failsNowhere,
        .oldPodsEndByThemselves, .losesNoOperation, .logsNothingTwice,
      ]
    default: []
    }
  }
}
