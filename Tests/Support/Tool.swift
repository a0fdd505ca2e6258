import Libc
import Shared
import Testing

/// A program that some tests need and a fresh machine does not have.
enum Tool: String, Sendable {
  case chromedriver, curl, haproxy, influxd, kubectl, node, openssl, strace

  /// Where it is found, as a shell finds it.
  var path: String? {
    let folders = (getenv("PATH").map { String(cString: $0) } ?? "").split(separator: ":")
    return folders.map { "\($0)/\(rawValue)" }.first { access($0, X_OK) == 0 }
  }

  /// Where a skip is a failure: the tests run there in any case.
  static let areRequired = getenv("TOOLS_REQUIRED").map { String(cString: $0) } == "1"
}

extension Trait where Self == ConditionTrait {
  /// Runs a test where its tools are installed; elsewhere it is skipped, with this as the reason.
  /// `Scripts/test.sh` counts the reasons in one line at the end.
  static func needs(_ tools: Tool...) -> Self {
    let missing = tools.first { $0.path == nil }
    return .enabled(
      if: missing == nil || Tool.areRequired, "needs \((missing ?? tools[0]).rawValue)")
  }
}
