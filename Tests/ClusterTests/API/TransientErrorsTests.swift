import Testing

@testable import Cluster
@testable import Comparison

struct TransientErrorsTests {
  @Test(arguments: [
    (
      """
      The connection to the server localhost:6443 was refused - did you specify the right host or \
      port?
      """,
      true
    ),
    ("Unable to connect to the server: net/http: TLS handshake timeout", true),
    ("error: unexpected EOF", true),
    (
      """
      Error from server (TooManyRequests): the server has received too many requests and has \
      asked us to try again later
      """,
      true
    ),
    (
      """
      error: if restart has already been triggered within the past second, please wait before \
      attempting to trigger another
      """,
      true
    ),
    ("Error from server (NotFound): deployments.apps \"calc\" not found", false),
    ("Error from server (Forbidden): pods is forbidden", false),
  ])
  func `what goes away by itself is told from what does not`(text: String, isTransient: Bool) throws
  {
    #expect(try TransientErrors().matches(Array(text.utf8)) == isTransient)
  }
}
