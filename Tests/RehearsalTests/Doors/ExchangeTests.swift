import Libc
import Testing

@testable import Comparison
@testable import Rehearsal
@testable import Shared

struct ExchangeTests {
  @Test(
    arguments: [
      (ClientError.refused, Outcome.refused), (.unreachable, .unreachable), (.reset, .reset),
      (.eof, .eof), (.timeout, .timeout),
      (.malformed, .httpOther), (.exhausted(EMFILE), nil), (.exhausted(EADDRNOTAVAIL), nil),
    ] as [(ClientError, Outcome?)])
  func `each error of a client has its class, but for what is this machine's own`(
    error: ClientError, outcome: Outcome?
  ) {
    #expect(Outcome(error) == outcome)
  }
}
