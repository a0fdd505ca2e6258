import Comparison

/// Which requests a subject's clients sent, and what became of each: which pod answered it, and
/// when.
/// Ids are counted through, so that an answer takes a few bytes.
struct Ledger: Sendable {
  /// What a request's id is made of: `<subject>-<client>-<number>`.
  struct Entry: Hashable, Sendable {
    let client: Int
    let number: Int
  }

  /// How a request ended.
  struct Answer: Equatable, Sendable {
    /// Nil when no pod is known.
    var pod: PodID? { number < 0 ? nil : PodID(Int(number)) }
    /// Since the subject's start.
    var instant: Duration { .milliseconds(Int64(milliseconds)) }
    let phase: Phase
    private let number: Int32
    private let milliseconds: UInt32

    init(pod: PodID?, at instant: Duration, in phase: Phase) {
      number = pod.map { Int32(clamping: $0.number) } ?? -1
      milliseconds = UInt32(clamping: Int64(instant / .milliseconds(1)))
      self.phase = phase
    }
  }

  let subject: String
  /// Of each client, the requests that have come to an end.
  private var ended: [[Answer]]
  private(set) var failed: Set<Entry> = []

  init(subject: String, clients: Int) {
    self.subject = subject
    ended = Array(repeating: [], count: clients)
  }

  func id(_ entry: Entry) -> String { "\(subject)-\(entry.client)-\(entry.number)" }

  /// Nil for an id that no client of the subject sent.
  func entry(_ id: some StringProtocol) -> Entry? {
    let parts = id.split(separator: "-", omittingEmptySubsequences: false)
    // The subject's name may hold dashes, too.
    guard parts.count >= 3, parts.dropLast(2).joined(separator: "-") == subject,
      let client = Int(parts[parts.count - 2]), let number = Int(parts[parts.count - 1]),
      ended.indices.contains(client),
      ended[client].indices.contains(number)
    else { return nil }
    return Entry(client: client, number: number)
  }

  /// The next request of a client has ended; they end in the order of their numbers.
  mutating func end(client: Int, _ answer: Answer, isAnswered: Bool) {
    if !isAnswered { failed.insert(Entry(client: client, number: ended[client].count)) }
    ended[client].append(answer)
  }

  subscript(_ entry: Entry) -> Answer { ended[entry.client][entry.number] }

  var answered: Int { ended.reduce(0) { $0 + $1.count } - failed.count }

  /// All that were answered.
  var entries: [Entry] {
    ended.enumerated().flatMap { client, answers in
      answers.indices.map { Entry(client: client, number: $0) }
    }
    .filter { !failed.contains($0) }
  }
}
