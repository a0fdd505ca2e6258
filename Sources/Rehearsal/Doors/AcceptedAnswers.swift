import Comparison
import Shared

/// Which answers of a service are right.
struct AcceptedAnswers: Sendable {
  /// The field that holds a request's id.
  static let id = "X-Request-ID"

  var statuses = AcceptedStatuses()
  /// Whether an answer with one of these statuses is the right one to its request.
  var isRight: @Sendable (Response, Request) -> Bool = { _, _ in true }

  func outcome(of response: Response, to request: Request) -> Outcome {
    guard statuses.contains(response.status.code) else { return .refusal(response.status) }
    return isRight(response, request) ? .ok : .wrongAnswer
  }
}

extension Outcome {
  /// A status that says no. 502 and 503 are the balancer's words, also where a pod sends them.
  fileprivate static func refusal(_ status: Status) -> Outcome {
    let outcome = Outcome(status)
    return outcome == .ok ? .httpOther : outcome
  }
}
