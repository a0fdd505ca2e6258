import Comparison
import Shared

/// The operations that a run has left in the cluster's InfluxDB, asked for through the API server,
/// so that no way into the cluster is needed.
struct LoggedOperations: Equatable, Sendable {
  /// How often each id is there.
  private(set) var counts: [String: Int] = [:]

  /// - Parameter prefix: what the ids of the run begin with.
  /// - Throws: `Refusal` when InfluxDB cannot be asked.
  static func fetch(_ kubectl: Kubectl, prefix: String) async throws(Refusal) -> LoggedOperations {
    var operations = LoggedOperations()
    try operations.add(
      try await kubectl(
        "get", "--raw", path(namespace: kubectl.namespace, prefix: prefix), within: .seconds(60)))
    return operations
  }

  /// Run names hold letters, digits and hyphens, none of which has a meaning in a regular
  /// expression or in a URL.
  static func path(namespace: String, prefix: String) -> String {
    let statement =
      "SELECT%20%22id%22%20FROM%20%22operation%22%20WHERE%20%22id%22%20%3D~%20%2F%5E\(prefix)%2F"
    // In chunks: else 1.x ends a long answer after max-row-limit, and says so only by a word.
    return
      "/api/v1/namespaces/\(namespace)/services/influxdb:8086/proxy/query?db=calc&epoch=ns&chunked=true&chunk_size=10000&q=\(statement)"
  }

  private struct Answer: Decodable {
    struct Result: Decodable {
      struct Series: Decodable {
        var columns: [String]
        var values: [[Cell]]?
      }
      var series: [Series]?
      var error: String?
    }
    var results: [Result]?
    var error: String?
  }

  /// A time or an id; only the latter is read.
  private struct Cell: Decodable {
    var text: String?
    init(from decoder: any Decoder) throws {
      text = try? decoder.singleValueContainer().decode(String.self)
    }
  }

  /// Takes an answer: one JSON document for each chunk, a line each.
  /// - Throws: `Refusal` (69) with InfluxDB's words, (65) when it is no answer of InfluxDB's.
  mutating func add(_ answer: [UInt8]) throws(Refusal) {
    for line in answer.split(separator: UInt8(ascii: "\n")) {
      guard let chunk = try? JSONDecoder().decode(Answer.self, from: Data(line)) else {
        throw .data("InfluxDB's answer cannot be read")
      }
      if let error = chunk.error ?? chunk.results?.compactMap(\.error).first {
        throw .missing("InfluxDB: \(error)")
      }
      for series in (chunk.results ?? []).flatMap({ $0.series ?? [] }) {
        guard let column = series.columns.firstIndex(of: "id") else { continue }
        for row in series.values ?? [] where column < row.count {
          if let id = row[column].text { counts[id, default: 0] += 1 }
        }
      }
    }
  }

  /// - Parameters:
  ///   - answered: the ids of all requests that got their answer.
  ///   - failed: those of the ones that did not.
  ///   - traced: the ids that pods gave to their standard error.
  /// - Returns: nothing is said of ids that are stored and in neither list: k6 was ended while
  ///   their answers were on their way.
  func audit(answered: Set<String>, failed: Set<String>, traced: Set<String> = []) -> Audit {
    var audit = Audit()
    let missing = answered.filter { counts[$0] == nil }
    audit.answered = answered.count
    audit.loggedThoughFailed = failed.count { counts[$0] != nil }
    audit.logged = answered.count - missing.count + audit.loggedThoughFailed
    audit.undelivered = missing.count { traced.contains($0) }
    audit.lost = missing.count - audit.undelivered
    audit.loggedTwice = counts.values.count { $0 > 1 }
    return audit
  }
}
