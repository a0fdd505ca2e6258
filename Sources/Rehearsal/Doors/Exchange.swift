import Comparison
import Shared

/// What became of one request: how it went, and at which pod.
struct Exchange {
  /// Nil when it is the harness that failed, not the service.
  let outcome: Outcome?
  /// The pod it was sent to; nil when there was none to send it to.
  let pod: PodID?
}

extension Outcome {
  /// Nil for what says nothing about the other side.
  init?(_ error: ClientError) {
    switch error {
    case .refused: self = .refused
    case .unreachable: self = .unreachable
    case .reset: self = .reset
    case .eof: self = .eof
    case .timeout: self = .timeout
    case .malformed: self = .httpOther
    case .exhausted: return nil
    }
  }

  /// An answer counts only when it is the one to the request: its id and the right sum.
  init(_ response: Response, to request: Request) {
    self.init(response.status)
    if self == .ok, !response.answers(request) { self = .wrongAnswer }
  }

  init(_ status: Status) {
    switch status.code {
    case 200: self = .ok
    case 502: self = .http502
    case 503: self = .http503
    default: self = .httpOther
    }
  }
}

extension Request {
  fileprivate static let sumOfNumbers = 10.0

  /// The calculation that all clients ask for.
  static func sum(id: String) -> Request {
    Request(
      .post, "/sum", fields: ["Content-Type": "application/json", "X-Request-ID": id],
      body: Array(#"{"numbers":[1,2,3,4]}"#.utf8))
  }
}

extension Response {
  private struct Sum: Decodable { let result: Double }

  /// Whether it has the request's id, and the sum of the numbers that each request of the load has.
  fileprivate func answers(_ request: Request) -> Bool {
    guard let id = request.fields.first("X-Request-ID"), fields.first("X-Request-ID") == id,
      case .bytes(let bytes) = body
    else { return false }
    return (try? JSONDecoder().decode(Sum.self, from: Data(bytes)))?.result == Request.sumOfNumbers
  }
}
