import Comparison
import Shared

/// The databases that the subjects of a rehearsal have in a real InfluxDB.
struct RowDatabases: Sendable {
  /// What one attempt to drop one may take, while the user waits for the end.
  static let timeout = Duration.seconds(2)

  private let influx: Influx?
  private let names: [String]

  /// - Parameter names: those of the subjects that log operations.
  init(_ influx: Influx?, names: [String]) {
    self.influx = influx
    self.names = names
  }

  /// Drops them, whether or not they are there.
  /// - Returns: those that may still be there; all of them when InfluxDB does not answer.
  func drop() async -> [String] {
    guard let influx else { return [] }
    let loop = EventLoop()
    let left = await loop.perform { loop in
      let client = InfluxClient(influx, timeout: Self.timeout)
      var left: [String] = []
      for name in names {
        do throws(InfluxError) {
          _ = try await client.query(#"DROP DATABASE "\#(name)""#, on: loop)
        } catch {
          left.append(name)
        }
      }
      client.close(on: loop)
      return left
    }
    await loop.stop()
    return left
  }
}
