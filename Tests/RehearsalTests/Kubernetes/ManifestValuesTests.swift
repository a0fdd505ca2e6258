import Testing

@testable import Comparison
@testable import Rehearsal

struct ManifestValuesTests {
  @Test func `a probe is timed as its manifest says`() {
    let spec = ProbeSpec(path: "/health", port: 4000, initialDelaySeconds: 3, periodSeconds: 5)
    #expect(
      spec.timing(.newest)
        == Probe.Timing(
          initialDelay: .seconds(3), period: .seconds(5), timeout: .seconds(1), successThreshold: 1,
          failureThreshold: 3))
  }
}
