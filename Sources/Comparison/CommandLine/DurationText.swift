extension Duration {
  /// `2s`, `0.2s`, `50ms`; to the microsecond.
  package init?(_ text: String) {
    let isMilli = text.hasSuffix("ms")
    guard isMilli || text.hasSuffix("s") else { return nil }
    let number = text.dropLast(isMilli ? 2 : 1)
    let parts = number.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2,
      parts.allSatisfy({
        !$0.isEmpty && $0.utf8.count <= 9 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) }
      }),
      let value = Double(number)
    else { return nil }
    let micros = (value * (isMilli ? 1_000 : 1_000_000)).rounded()
    guard micros <= 600_000_000 else { return nil }
    self = .microseconds(Int64(micros))
  }
}
