import Comparison
import Shared

/// What each client sends, again and again, and which answers to it are right.
struct LoadRequest: Sendable {
  var method = Method.get
  /// The path, with a query if there is one.
  var target = "/"
  /// Besides the id of the request, which each gets.
  var fields = Fields()
  var body: [UInt8] = []
  var answers = AcceptedAnswers()

  /// The next request to be sent, with an id of its own in `X-Request-ID`.
  func request(id: String) -> Request {
    var fields = fields
    fields.append(AcceptedAnswers.id, id)
    return Request(method, target, fields: fields, body: body)
  }
}
