/// Why a request got no response, in the words that load tests and proxies use. Never retried here:
/// who counts failures must see them.
public enum ClientError: Error, Hashable, Sendable {
  /// Nobody listens at the address.
  case refused
  /// No way to the address.
  case unreachable
  /// The other side reset the connection.
  case reset
  /// The other side closed before the response, or before its end.
  case eof
  /// A deadline was over first.
  case timeout
  /// What came is not HTTP.
  case malformed
  /// Our own machine had no port, descriptor or memory left; says nothing about the other side.
  /// Carries `errno`.
  case exhausted(Int32)

  /// Sorts what the kernel said of a connection.
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
