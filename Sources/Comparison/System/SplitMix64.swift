/// A generator with a seed, so that a rehearsal can be repeated (Steele, Lea and Flood, "Fast
/// splittable pseudorandom number generators", 2014).
package struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  /// A generator whose numbers have nothing to do with this one's, for a use of its own.
  package mutating func split() -> SplitMix64 { SplitMix64(seed: next()) }

  /// Evenly spread over `0..<limit`; zero when the limit is zero.
  package mutating func duration(below limit: Duration) -> Duration {
    guard limit > .zero else { return .zero }
    return limit * Double.random(in: 0..<1, using: &self)
  }
}
