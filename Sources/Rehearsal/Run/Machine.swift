import Comparison
import Shared

/// What this machine has to give, and whether that is enough.
enum Machine {
  /// Raises the limit of descriptors as far as it goes.
  /// - Throws: `Refusal` (71) when even that is too few.
  static func requireDescriptors(_ needed: Int) throws(Refusal) {
    let allowed = DescriptorLimit.raise()
    guard allowed >= UInt64(needed) else {
      throw Refusal(
        message:
          "about \(needed) open descriptors are needed, \(allowed) are allowed; raise the limit with ulimit -n \(needed)",
        status: 71)
    }
  }

  /// Clients, both sides of the load balancer, for each pod its output, its probes and what they
  /// leave for a moment, and the connections over which pods write to InfluxDB.
  static func descriptors(_ options: Options, replicas: [Int]) -> Int {
    let clients = options.rows.count * options.clients * 4
    let writers = zip(options.rows, replicas).reduce(0) {
      $0 + self.writers(of: $1.0, pods: PhasePlan.scaledUp($1.1), options)
    }
    return 128 + writers + clients + replicas.reduce(0) { $0 + PhasePlan.scaledUp($1) * 5 }
  }

  private static func writers(of row: Row, pods: Int, _ options: Options) -> Int {
    guard let logging = row.logging else { return 0 }
    let most = pods * logging.writesAtATime
    // A write takes far less than a second, unless something is wrong.
    let written = options.clients * Int(.seconds(1) / Load.pace)
    let connections = options.influxFault == nil ? min(most, max(pods, written)) : most
    // With a real InfluxDB the door has as many on its other side.
    return options.influx == nil ? connections : 2 * connections
  }
}

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
