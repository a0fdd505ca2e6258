/// The statuses of an answer that a client is content with.
package struct AcceptedStatuses: Equatable, Sendable, CustomStringConvertible {
  /// Nil for each status from 200 to 299.
  private let codes: [Int]?

  /// Every successful status (RFC 9110 section 15.3).
  package init() { codes = nil }

  package init(_ codes: [Int]) { self.codes = codes }

  package func contains(_ code: Int) -> Bool {
    codes.map { $0.contains(code) } ?? (200..<300).contains(code)
  }

  /// `200,201`, or `2xx`.
  package var description: String {
    codes.map { $0.map(String.init).joined(separator: ",") } ?? "2xx"
  }
}
