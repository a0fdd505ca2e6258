/// The operations that InfluxDB has stored, as it answers `SELECT "id" FROM "operation"`.
package struct StoredOperations: Equatable, Sendable {
  /// How often each id is there.
  package private(set) var counts: [String: Int] = [:]

  /// - Parameter answer: one JSON document for each chunk, a line each; without chunks one line.
  /// - Throws: `CommandError` (69) with InfluxDB's words, (65) when it is no answer of InfluxDB's.
  package init(_ answer: [UInt8]) throws(CommandError) {
    for line in answer.split(separator: UInt8(ascii: "\n")) {
      guard let chunk = try? JSONDecoder().decode(Answer.self, from: Data(line)) else {
        throw .data("InfluxDB answered something else than the ids of operations")
      }
      // A statement that fails is answered with 200 (InfluxDB 1.x, "Query endpoint").
      if let error = chunk.error ?? chunk.results?.compactMap(\.error).first {
        throw .unavailable("InfluxDB: \(error)")
      }
      for series in (chunk.results ?? []).flatMap({ $0.series ?? [] }) {
        for row in series.values ?? [] {
          if let id = row.id { counts[id, default: 0] += 1 }
        }
      }
    }
  }

  /// The same as a list: each id as often as it is there.
  package init(ids: [String]) {
    for id in ids { counts[id, default: 0] += 1 }
  }

  package var ids: [String] { counts.flatMap { Array(repeating: $0.key, count: $0.value) } }

  private struct Answer: Decodable {
    let results: [Result]?
    let error: String?
  }
  private struct Result: Decodable {
    let series: [Series]?
    let error: String?
  }
  private struct Series: Decodable { let values: [Row]? }

  /// A time and an id.
  private struct Row: Decodable {
    let id: String?

    init(from decoder: any Decoder) throws {
      var cells = try decoder.unkeyedContainer()
      _ = try cells.decode(Int64.self)
      id = try cells.decodeIfPresent(String.self)
    }
  }
}
