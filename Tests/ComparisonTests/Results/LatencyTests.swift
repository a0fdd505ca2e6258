import Testing

@testable import Comparison

struct LatencyTests {
  @Test func `percentiles are exact to three percent`() {
    var histogram = LatencyHistogram()
    for micros in 1...100_000 { histogram.add(micros: Int64(micros)) }
    for (share, exact) in [(0.5, 50_000.0), (0.9, 90_000.0), (0.99, 99_000.0)] {
      #expect(abs(Double(histogram.percentile(share)) / exact - 1) < 0.032)
    }
    #expect(histogram.percentile(1) == 100_000)
    #expect(histogram.summary.max == 100)
  }

  @Test func `a single value is every percentile`() {
    var histogram = LatencyHistogram()
    histogram.add(.milliseconds(101))
    #expect(histogram.summary == LatencySummary(p50: 101, p90: 101, p99: 101, max: 101))
  }

  @Test func `nothing measured is zero, and no duration is without a place`() {
    #expect(LatencyHistogram().summary == LatencySummary())
    var histogram = LatencyHistogram()
    for micros in [0, -1, 1, 31, 32, 33, 63, 64, 65, Int64.max] { histogram.add(micros: micros) }
    histogram.add(.seconds(Int64.max))
    #expect(histogram.count == 11)
    #expect(histogram.percentile(0.1) == 0)
  }

  @Test func `values just around a power of two stay in order`() {
    var last: Int64 = -1
    for micros in Int64(0)...5_000 {
      var histogram = LatencyHistogram()
      histogram.add(micros: micros)
      histogram.add(micros: .max)
      let bound = histogram.percentile(0.5)
      #expect(bound >= micros && bound >= last && Double(bound) <= Double(micros) * 1.032)
      last = bound
    }
  }
}
