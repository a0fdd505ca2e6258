import Comparison

/// Which requests a row's clients sent, and what became of each. Ids are counted through, so that
/// only failures take room.
struct Ledger: Sendable {
  /// What a request's id is made of: `<row>-<client>-<number>`.
  struct Entry: Hashable, Sendable {
    let client: Int
    let number: Int
  }

  let row: String
  /// Requests of each client that have come to an end.
  private var ended: [Int]
  private(set) var failed: Set<Entry> = []

  init(row: String, clients: Int) {
    self.row = row
    ended = Array(repeating: 0, count: clients)
  }

  func id(_ entry: Entry) -> String { "\(row)-\(entry.client)-\(entry.number)" }

  /// Nil for an id that no client of the row sent.
  func entry(_ id: some StringProtocol) -> Entry? {
    let parts = id.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == row, let client = Int(parts[1]), let number = Int(parts[2]),
      ended.indices.contains(client),
      (0..<ended[client]).contains(number)
    else { return nil }
    return Entry(client: client, number: number)
  }

  /// The next request of a client has ended; they end in the order of their numbers.
  mutating func end(client: Int, isAnswered: Bool) {
    if !isAnswered { failed.insert(Entry(client: client, number: ended[client])) }
    ended[client] += 1
  }

  var answered: Int { ended.reduce(0, +) - failed.count }
}
