/// How much is logged.
public enum LogLevel: String, CaseIterable, Comparable, Sendable {
  /// Each level includes those after it; `off` logs nothing.
  case debug, info, warning, error, off

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// By importance: `debug` is the least.
  public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}
