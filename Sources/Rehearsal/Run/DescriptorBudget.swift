import Comparison
import Shared

/// How many descriptors a rehearsal has open at a time, and whether the machine allows them.
enum DescriptorBudget {
  /// Raises the limit of descriptors as far as it goes.
  /// - Throws: `CommandError` (71) when even that is too few.
  static func require(_ needed: Int) throws(CommandError) {
    let allowed = DescriptorLimit.raise()
    guard allowed >= UInt64(needed) else {
      throw CommandError(
        .osError,
        "about \(needed) open descriptors are needed, \(allowed) are allowed; raise the limit "
          + "with ulimit -n \(needed)"
      )
    }
  }

  /// Clients, both sides of the load balancer, for each pod its output, its probes and what they
  /// leave for a moment, and the connections over which pods write to InfluxDB.
  /// - Parameter subjects: how each logs operations, and how many pods it has.
  static func needed(_ options: Options, _ subjects: [(logging: Row.Logging?, replicas: Int)])
    -> Int
  {
    let clients = subjects.count * options.clients * 4
    return 128 + clients
      + subjects.reduce(0) { sum, subject in
        let pods = PhasePlan.scaledUp(subject.replicas)
        return sum + writers(subject.logging, pods: pods, options) + pods * 5
      }
  }

  private static func writers(_ logging: Row.Logging?, pods: Int, _ options: Options) -> Int {
    guard let logging else { return 0 }
    let most = pods * logging.writesAtATime
    // A write takes far less than a second, unless something is wrong.
    let written = options.clients * Int(.seconds(1) / Load.pace)
    let connections = options.influxFault == nil ? min(most, max(pods, written)) : most
    // With a real InfluxDB the door has as many on its other side.
    return options.influx == nil ? connections : 2 * connections
  }
}
