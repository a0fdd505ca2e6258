extension Claim {
  /// What has to hold of any service that is deployed under load.
  package static let ofAnyService: [Claim] = [
    .failsNowhere, .oldPodsEndByThemselves, .oldPodsExitWithZero, .neverRestarts,
    .everyDeletionUnderLoad,
  ]
}

extension Row {
  /// What has to hold for the row to show what the talk says.
  package var claims: [Claim] {
    switch (step, act) {
    case (1, _): [.neverRestarts, .answersAreRight, .fails(on: .deploy), .fails(on: .scaleUp)]
    case (2, _):
      [.neverRestarts, .answersAreRight, .noneFails(of: .fresh, through: .tcp), .oldPodsAreKilled]
    case (3, _): [.neverRestarts, .answersAreRight, .cuts, .oldPodsEndByThemselves]
    case (4, _):
      [
        .neverRestarts, .answersAreRight, .oldPodsExitWithZero, .stillFails,
        .oldPodsEndByThemselves, .podsReportNoneCut, .cutsFarLessThan("3"), .failsLessThan("3"),
      ]
    case (5, _):
      [.neverRestarts, .oldPodsExitWithZero, .failsNowhere, .oldPodsEndByThemselves]
    case (_, .standard):
      [
        .neverRestarts, .oldPodsExitWithZero, .logsOnlyWhatWasSent, .failsNowhere,
        .oldPodsEndByThemselves, .losesOperations,
      ]
    case (_, .graceful):
      [
        .neverRestarts, .oldPodsExitWithZero, .logsOnlyWhatWasSent, .failsNowhere,
        .oldPodsEndByThemselves, .losesNoOperation, .logsNothingTwice,
      ]
    }
  }
}
