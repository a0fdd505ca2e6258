import Comparison
import Shared

/// Busy and all time of the processors, as `/proc/stat` counts it; nil where there is none.
struct ProcessorTime: Sendable {
  private let busy: Double
  private let all: Double

  static var now: ProcessorTime? {
    guard let bytes = try? Files.bytes(of: "/proc/stat") else { return nil }
    let line = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    // cpu user nice system idle iowait irq softirq steal …
    let numbers = line.split(separator: " ").dropFirst().prefix(8).compactMap { Double($0) }
    guard numbers.count == 8 else { return nil }
    let all = numbers.reduce(0, +)
    return ProcessorTime(busy: all - numbers[3] - numbers[4], all: all)
  }

  /// The share of all processors that was busy since, 0 to 1.
  func share(since earlier: ProcessorTime) -> Double {
    all > earlier.all ? (busy - earlier.busy) / (all - earlier.all) : 0
  }
}
