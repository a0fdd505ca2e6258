import Libc

/// Why a request got no response, in the words of load tests and proxies. The client never retries:
/// a failure that is retried is not counted.
package enum ClientError: Error, Hashable, Sendable {
  /// No socket listens at the address.
  case refused
  /// There is no route to the address.
  case unreachable
  /// The server reset the connection.
  case reset
  /// The server closed the connection before the response, or before its end.
  case eof
  /// A time-out or the deadline came first.
  case timeout
  /// The response is not HTTP/1, or passes a limit.
  case malformed
  /// This machine had no port, descriptor or memory left: a failure of the client, not of the
  /// server. Carries `errno`.
  case exhausted(Int32)

  /// Classifies the kernel's error for a connection. EADDRNOTAVAIL, no free port, is `exhausted`.
  init(errno: Int32) {
    self =
      switch errno {
      case ECONNREFUSED: .refused
      case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN: .unreachable
      case ETIMEDOUT: .timeout
      case ECONNRESET, EPIPE, ECONNABORTED: .reset
      default: .exhausted(errno)
      }
  }
}
