import Comparison

/// When the kubelet notices that a container of its own accord started or ended: at the next relist
/// of its containers, one each second (`genericPlegRelistPeriod` in pkg/kubelet). What the kubelet
/// itself does, as stopping the container of a deleted pod, it knows at once.
struct Relist: Sendable {
  static let period = Duration.seconds(1)

  /// When in each second; less than the period.
  let phase: Duration

  func next(after instant: Duration) -> Duration {
    let ticks = ((instant - phase) / Self.period).rounded(.down) + 1
    return phase + Self.period * max(0, ticks)
  }
}
