extension Option {
  /// `page=`: `1`, for the port that is usual here, or a port.
  /// - Parameter usual: that port.
  package static func page(usual: UInt16, to path: WritableKeyPath<Values, UInt16?> & Sendable)
    -> Option
  {
    Option(
      "page", "1", "shows the page live at http://localhost:\(usual), or at the port given",
      allowed: "0, 1, or a port, 1024 to 65535"
    ) { values, text in
      switch text {
      case "0": values[keyPath: path] = nil
      case "1": values[keyPath: path] = usual
      default:
        guard let port = OptionValue.number(1024...65535)(text) else { return false }
        values[keyPath: path] = UInt16(port)
      }
      return true
    }
  }

  /// `port=`.
  package static func port(usual: UInt16, to path: WritableKeyPath<Values, UInt16> & Sendable)
    -> Option
  {
    Option(
      "port", "\(usual)", "of the page, on loopback (default \(usual))",
      allowed: "a port, 1024 to 65535, or 0 to let the kernel choose"
    ) { values, text in
      guard let port = OptionValue.number(0...65535)(text), port == 0 || port >= 1024 else {
        return false
      }
      values[keyPath: path] = UInt16(port)
      return true
    }
  }
}
