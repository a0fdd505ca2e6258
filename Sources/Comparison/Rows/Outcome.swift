/// What became of a request, in the words that are the same everywhere: rehearsal, load test,
/// cluster and page.
package enum Outcome: String, CaseIterable, Codable, Hashable, Sendable {
  case ok
  /// No socket listened at the address.
  case refused
  /// The connection was reset.
  case reset
  /// The connection ended before the response was complete.
  case eof
  /// No complete response within the client's time-out.
  case timeout
  /// The address was gone, and the connection hung until the client gave up on it.
  case unreachable
  /// The balancer's: the pod closed before it answered.
  case http502 = "http_502"
  /// The balancer's: it could not connect to a pod.
  case http503 = "http_503"
  /// Any other status than 200.
  case httpOther = "http_other"
  /// A 200 with another result than the right one, or with the id of another request.
  case wrongAnswer = "wrong_answer"

  /// A request that had reached a pod was cut off.
  package var isCut: Bool { self == .eof || self == .reset || self == .http502 }

  /// It never reached a server: none listened there yet, or none any longer.
  package var isMissed: Bool {
    switch self {
    case .refused, .unreachable, .timeout, .http503: true
    case .ok, .reset, .eof, .http502, .httpOther, .wrongAnswer: false
    }
  }

  /// The place in `allCases`.
  package var rank: Int {
    switch self {
    case .ok: 0
    case .refused: 1
    case .reset: 2
    case .eof: 3
    case .timeout: 4
    case .unreachable: 5
    case .http502: 6
    case .http503: 7
    case .httpOther: 8
    case .wrongAnswer: 9
    }
  }

  package static var failures: [Outcome] { allCases.filter { $0 != .ok } }
}
