import Comparison

/// One line that `k6/load-test.js` prints. Other lines of k6's log are none of them.
enum LoadLine: Equatable, Sendable {
  struct Failure: Equatable, Sendable {
    var id: String
    /// Nil when it is k6 that failed, not the service.
    var outcome: Outcome?
    /// When it was sent, in seconds since 1970 by k6's clock.
    var at: Double
    /// Go's words.
    var why: String
  }

  /// What a user has come to within a period.
  struct Progress: Equatable, Sendable {
    var user: Int
    /// The period's start, in seconds since 1970 by k6's clock.
    var at: Double
    var answered: Int
    /// All of this user so far.
    var failed: Int
    /// The number of the last request that has ended; they begin with 0.
    var last: Int
    /// `HTTP/1.1` or `HTTP/2.0`.
    var proto: String
    /// How often an answer took so many milliseconds.
    var times: [(milliseconds: Int64, count: Int)]

    static func == (one: Progress, other: Progress) -> Bool {
      (one.user, one.at, one.answered, one.failed, one.last, one.proto) == (
        other.user, other.at, other.answered, other.failed, other.last, other.proto
      )
        && one.times.elementsEqual(other.times) { $0 == $1 }
    }
  }

  /// Of a k6 that starts at a given time: how much later than that it began, in seconds.
  case start(late: Double)
  case failed(Failure)
  case progress(Progress)
  /// The summary, which k6 prints when it has come to its proper end.
  case summary

  /// Nil for any other line. k6 may wrap it, as `msg="…" source=console` does.
  init?(_ line: String) {
    if line.hasPrefix(#"{"run":"#) {
      self = .summary
      return
    }
    let words = line.split(separator: " ")
    guard let mark = words.firstIndex(where: { $0 == "calc-load" || $0.hasSuffix("\"calc-load") }),
      mark + 1 < words.count
    else {
      return nil
    }
    var fields: [Substring: Substring] = [:]
    for word in words[(mark + 1)...] {
      guard let equals = word.firstIndex(of: "=") else { continue }
      fields[word[..<equals]] = word[word.index(after: equals)...].prefix { $0 != "\"" }
    }
    switch words[mark + 1] {
    case "start":
      guard let late = fields["late"].flatMap({ Double($0) }) else { return nil }
      self = .start(late: late)
    case "failed":
      guard let id = fields["id"], let word = fields["outcome"],
        let at = fields["at"].flatMap({ Double($0) })
      else { return nil }
      let outcome = Outcome(rawValue: String(word))
      guard word == "own" || outcome != nil && outcome != .ok else { return nil }
      self = .failed(
        Failure(id: String(id), outcome: outcome, at: at / 1000, why: String(fields["why"] ?? "")))
    default:
      guard let user = fields["user"].flatMap({ Int($0) }),
        let at = fields["at"].flatMap({ Double($0) }),
        let answered = fields["ok"].flatMap({ Int($0) }),
        let failed = fields["failed"].flatMap({ Int($0) }),
        let last = fields["last"].flatMap({ Int($0) })
      else { return nil }
      let times = (fields["ms"] ?? "").split(separator: ",").compactMap {
        pair -> (milliseconds: Int64, count: Int)? in
        let parts = pair.split(separator: "*")
        guard parts.count == 2, let time = Int64(parts[0]), let count = Int(parts[1]) else {
          return nil
        }
        return (time, count)
      }
      self = .progress(
        Progress(
          user: user, at: at, answered: answered, failed: failed, last: last,
          proto: String(fields["protocol"] ?? "-"), times: times)
      )
    }
  }
}
