import Comparison

/// One line that `k6/load-test.js` prints. Other lines of k6's log are none of them.
enum LoadLine: Equatable, Sendable {
  struct Failure: Equatable, Sendable {
    var id: String
    /// Nil when it is k6 that failed, not the service.
    var outcome: Outcome?
    /// When it was sent, in seconds since 1970 by k6's clock, and how long it took.
    var at: Double
    var took: Double
    /// Go's words.
    var why: String
  }

  /// What a user has come to within a period.
  struct Progress: Equatable, Sendable {
    var user: Int
    /// Lines of a user are numbered from 0, without a gap.
    var sequence: Int
    /// The period's start, in seconds since 1970 by k6's clock.
    var at: Double
    var answered: Int
    /// All of this user so far.
    var failed: Int
    /// The number of the last request that has ended; they begin with 0.
    var last: Int
    /// `HTTP/1.1` or `HTTP/2.0`.
    var proto: String
    /// How many of the answered requests were sent in each 200 ms from the period's start.
    var steps: [Int]
    /// How often an answer took so many milliseconds.
    var times: [LoadTime]
  }

  /// Of a k6 that starts at a given time: how much later than that it began, in seconds.
  case start(late: Double)
  case failed(Failure)
  case progress(Progress)
  /// The summary, which k6 prints when it has come to its proper end: all that it sent.
  case summary(sent: Int)

  /// Nil for any other line, also for one that a cut has shortened. k6 may wrap it, as
  /// `msg="…" source=console` does.
  init?(_ line: String) {
    if line.hasPrefix(#"{"run":"#) {
      guard let sent = Self.sent(line) else { return nil }
      self = .summary(sent: sent)
      return
    }
    let words = line.split(separator: " ")
    guard let mark = words.firstIndex(where: { $0 == "calc-load" || $0.hasSuffix("\"calc-load") }),
      mark + 1 < words.count
    else { return nil }
    let fields = Fields(words[(mark + 1)...])
    switch words[mark + 1] {
    case "start":
      guard let late = fields["late"].flatMap({ Double($0) }) else { return nil }
      self = .start(late: late)
    case "failed":
      guard let failure = Failure(fields) else { return nil }
      self = .failed(failure)
    default:
      guard let progress = Progress(fields) else { return nil }
      self = .progress(progress)
    }
  }

  private static func sent(_ line: String) -> Int? {
    struct Summary: Decodable { var sent: Int }
    return try? JSONDecoder().decode(Summary.self, from: Data(line.utf8)).sent
  }

  /// `key=value` words.
  struct Fields {
    private var values: [Substring: Substring] = [:]

    init(_ words: ArraySlice<Substring>) {
      for word in words {
        guard let equals = word.firstIndex(of: "=") else { continue }
        values[word[..<equals]] = word[word.index(after: equals)...].prefix { $0 != "\"" }
      }
    }

    subscript(key: Substring) -> Substring? { values[key] }
    func number(_ key: Substring) -> Int? { values[key].flatMap { Int($0) } }
    /// The words between commas; none for `-`.
    func list(_ key: Substring) -> [Substring]? {
      values[key].map { $0 == "-" ? [] : $0.split(separator: ",") }
    }
  }
}

/// How often an answer took so many milliseconds: `101*9`.
struct LoadTime: Equatable, Sendable {
  var milliseconds: Int64
  var count: Int

  init(milliseconds: Int64, count: Int) {
    (self.milliseconds, self.count) = (milliseconds, count)
  }

  init?(_ text: Substring) {
    let parts = text.split(separator: "*")
    guard parts.count == 2, let time = Int64(parts[0]), let count = Int(parts[1]) else {
      return nil
    }
    self.init(milliseconds: time, count: count)
  }
}

extension LoadLine.Failure {
  fileprivate init?(_ fields: LoadLine.Fields) {
    guard let id = fields["id"], let word = fields["outcome"], let why = fields["why"],
      let at = fields.number("at"), let took = fields.number("ms")
    else { return nil }
    let outcome = Outcome(rawValue: String(word))
    guard word == "own" || outcome != nil && outcome != .ok else { return nil }
    self.init(
      id: String(id), outcome: outcome, at: Double(at) / 1000, took: Double(took) / 1000,
      why: String(why))
  }
}

extension LoadLine.Progress {
  /// Nil also when the line contradicts itself: then it has lost its end.
  fileprivate init?(_ fields: LoadLine.Fields) {
    guard let user = fields.number("user"), let sequence = fields.number("seq"),
      let at = fields.number("at"), let answered = fields.number("ok"),
      let failed = fields.number("failed"), let last = fields.number("last"),
      let proto = fields["protocol"], let steps = fields.list("steps"),
      let times = fields.list("ms")
    else { return nil }
    self.init(
      user: user, sequence: sequence, at: Double(at), answered: answered, failed: failed,
      last: last, proto: String(proto), steps: steps.compactMap { Int($0) },
      times: times.compactMap { LoadTime($0) })
    guard self.steps.reduce(0, +) == answered,
      self.times.reduce(0, { $0 + $1.count }) == answered
    else { return nil }
  }
}
