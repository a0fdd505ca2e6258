/// The bytes of the request that the check sends, whole and in halves.
package struct RequestText: Equatable, Sendable {
  package let method: String
  package let path: String
  package let body: String

  package init(path: String, body: String = "") {
    method = body.isEmpty ? "GET" : "POST"
    self.path = path
    self.body = body
  }

  /// `GET /`.
  package var name: String { "\(method) \(path)" }
  package var hasBody: Bool { !body.isEmpty }
  package var whole: String { head() + body }

  /// Until the middle of a field's name, and from there.
  package var headHalves: (first: String, rest: String) {
    let head = head()
    let middle = head.index(head.startIndex, offsetBy: head.count - 12)
    return (String(head[..<middle]), head[middle...] + body)
  }

  /// Until the middle of the body, and from there.
  package var bodyHalves: (first: String, rest: String) {
    let middle = body.index(body.startIndex, offsetBy: body.count / 2)
    return (head() + body[..<middle], String(body[middle...]))
  }

  /// - Parameter fields: whole lines.
  package func head(_ fields: String = "") -> String {
    let type = body.hasPrefix("{") || body.hasPrefix("[") ? "application/json" : "text/plain"
    let content =
      hasBody ? "Content-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n" : ""
    return "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n\(content)\(fields)"
      + "Accept: */*\r\nUser-Agent: drain-check\r\n\r\n"
  }
}
