/// How much is logged: each level includes those after it.
public enum LogLevel: String, CaseIterable, Comparable, Sendable {
  case debug, info, warning, error, off

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}
