import Comparison

/// Whether the pods of a row had the machine that they need. An answer takes 100 ms; when many take
/// far longer the pods wait for a processor, and what fails then is the harness's doing, not the
/// step's.
enum Starvation {
  static let limit = Duration.milliseconds(250)

  static func complaints(_ latency: LatencyHistogram) -> [String] {
    let slow = Duration.microseconds(latency.percentile(0.95))
    guard slow > limit else { return [] }
    return [
      "one answer in twenty took \(Int(slow / .milliseconds(1))) ms or longer, "
        + "where an answer takes 100 ms: the pods were starved; "
        + "rehearse fewer rows at a time, or with fewer clients"
    ]
  }
}
