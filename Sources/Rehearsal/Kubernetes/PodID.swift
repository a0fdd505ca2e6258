import Comparison

/// A pod within one row. Numbers rise in the order of creation and are never given twice.
struct PodID: Hashable, Comparable, Sendable {
  let number: Int

  init(_ number: Int) { self.number = number }

  static func < (one: PodID, other: PodID) -> Bool { one.number < other.number }
}
