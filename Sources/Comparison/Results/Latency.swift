/// How long requests took: a histogram of bounded size, exact to about 3 %.
///
/// Log-linear: every power of two is parted into 32 equal buckets, so that the error is relative
/// and any duration has a place.
package struct LatencyHistogram: Equatable, Sendable {
  private static let parts = 32
  /// Microseconds up to 2^40, which is twelve days; what is above goes into the last bucket.
  private var buckets = [Int](repeating: 0, count: 37 * parts)
  package private(set) var count = 0
  private var longest: Int64 = 0

  package init() {}

  package mutating func add(_ latency: Duration) {
    let (seconds, atto) = latency.components
    add(
      micros: seconds.multipliedReportingOverflow(by: 1_000_000).overflow
        ? .max : seconds * 1_000_000 + atto / 1_000_000_000_000)
  }

  package mutating func add(micros: Int64) {
    let micros = max(0, micros)
    buckets[min(Self.index(micros), buckets.count - 1)] += 1
    count += 1
    longest = max(longest, micros)
  }

  /// The shortest latency that a share of the requests did not exceed, in microseconds; 0 without
  /// any.
  package func percentile(_ share: Double) -> Int64 {
    guard count > 0 else { return 0 }
    let wanted = min(count, max(1, Int((share * Double(count)).rounded(.up))))
    var seen = 0
    for (index, number) in buckets.enumerated() {
      seen += number
      if seen >= wanted { return min(Self.upperBound(index), longest) }
    }
    return longest
  }

  package var summary: LatencySummary {
    func milli(_ micros: Int64) -> Double { Double(micros / 10) / 100 }
    return LatencySummary(
      p50: milli(percentile(0.5)), p90: milli(percentile(0.9)), p99: milli(percentile(0.99)),
      max: milli(longest))
  }

  private static func index(_ micros: Int64) -> Int {
    guard micros >= parts else { return Int(micros) }
    let exponent = 63 - micros.leadingZeroBitCount
    return (exponent - 4) * parts + Int(micros >> (exponent - 5)) - parts
  }

  /// The largest number of microseconds in a bucket.
  private static func upperBound(_ index: Int) -> Int64 {
    guard index >= parts else { return Int64(index) }
    let exponent = index / parts + 4
    return (Int64(index % parts + parts + 1) << (exponent - 5)) - 1
  }
}

/// Percentiles in milliseconds.
package struct LatencySummary: Codable, Equatable, Sendable {
  package var p50 = 0.0
  package var p90 = 0.0
  package var p99 = 0.0
  package var max = 0.0
}
