import Testing

@testable import Comparison
@testable import Rehearsal

struct SubjectSetupTests {
  @Test(arguments: [([String](), 60), (["start=90s"], 149), (["lag=30s", "jitter=5s"], 95)])
  func `a Deployment that waits as it was asked to is not given up`(words: [String], seconds: Int)
    throws
  {
    let options = try Options.parse(["v=5"] + words, executables: "bin")
    let plain = Deployment(name: "calc", executable: "CalcV5")
    #expect(SubjectSetup.patience(options, plain) >= .seconds(seconds))
    var probed = plain
    probed.readiness = ProbeSpec(
      port: 4000, initialDelaySeconds: 120, periodSeconds: 20, successThreshold: 3)
    let patience = SubjectSetup.patience(options, plain)
    #expect(SubjectSetup.patience(options, probed) == patience + .seconds(180))
    // An attempt that outlasts its period.
    probed.readiness?.timeoutSeconds = 30
    #expect(SubjectSetup.patience(options, probed) == patience + .seconds(210))
    probed.readiness = nil
    probed.minReadySeconds = 45
    #expect(SubjectSetup.patience(options, probed) == patience + .seconds(45))
    // Thirty failures are allowed; it passes or fails within them.
    probed.startup = ProbeSpec(port: 4000, initialDelaySeconds: 5, periodSeconds: 10)
    probed.startup?.failureThreshold = 30
    #expect(SubjectSetup.patience(options, probed) == patience + .seconds(350))
    probed.startup?.timeoutSeconds = 20
    #expect(SubjectSetup.patience(options, probed) == patience + .seconds(650))
  }
}
