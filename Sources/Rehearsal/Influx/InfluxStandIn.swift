import Comparison
import Shared

/// What a rehearsal needs of InfluxDB 1.x: `/ping`, `/write`, and of `/query` databases, the count
/// and the ids, with the same statuses and the same shape of answers. Belongs to a loop.
final class InfluxStandIn {
  private var databases: [String: PointStore] = [:]

  func answer(_ request: Request) -> Response {
    switch request.path {
    case "/ping": Response(.noContent, fields: ["X-Influxdb-Version": "1.6"])
    case "/write": write(request)
    case "/query": query(request)
    default: Response(.notFound)
    }
  }

  private func write(_ request: Request) -> Response {
    guard let name = Form(request.query ?? "")["db"], !name.isEmpty else {
      return refuse(.badRequest, "database is required")
    }
    guard databases[name] != nil else {
      return refuse(.notFound, "database not found: \"\(name)\"")
    }
    if let reason = databases[name]?.write(request.body, at: WallTime.now.nanoseconds) {
      return refuse(.badRequest, reason)
    }
    return Response(.noContent)
  }

  private func query(_ request: Request) -> Response {
    let target = Form(request.query ?? "")
    guard let statement = Form(String(decoding: request.body, as: UTF8.self))["q"] ?? target["q"]
    else {
      return refuse(.badRequest, "missing required parameter \"q\"")
    }
    guard let statement = InfluxStatement(statement) else {
      return refuse(.badRequest, "error parsing query: the stand-in knows it not")
    }
    switch statement {
    case .create(let name):
      databases[name] = databases[name] ?? PointStore()
      return results("")
    case .drop(let name):
      databases[name] = nil
      return results("")
    case .select(let field, let measurement, let isCount):
      let name = target["db"] ?? ""
      guard let store = databases[name] else {
        return results(#","error":"database not found: \#(name)""#)
      }
      let values = store.values(of: field, in: measurement)
      if values.isEmpty { return results("") }
      let column = isCount ? "count" : field
      let rows =
        isCount
        ? "[0,\(values.count)]"
        : values.map { "[\($0.timestamp),\(Self.json($0.value))]" }.joined(separator: ",")
      return results(
        #","series":[{"name":\#(Self.quoted(measurement)),"columns":["time","#
          + #"\#(Self.quoted(column))],"values":[\#(rows)]}]"#
      )
    }
  }

  private func results(_ rest: String) -> Response {
    .json(.ok, #"{"results":[{"statement_id":0\#(rest)}]}"# + "\n")
  }

  private func refuse(_ status: Status, _ reason: String) -> Response {
    .json(status, #"{"error":\#(Self.quoted(reason))}"# + "\n")
  }

  private static func json(_ value: ParsedPoint.Value) -> String {
    switch value {
    case .string(let text): quoted(text)
    case .integer(let number): "\(number)"
    case .float(let number): "\(number)"
    case .boolean(let isTrue): "\(isTrue)"
    }
  }

  private static func quoted(_ text: String) -> String {
    // A string always has a JSON form.
    (try? JSONEncoder().encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }
}

/// The statements of InfluxQL that a rehearsal makes.
enum InfluxStatement: Equatable {
  case create(String)
  case drop(String)
  case select(field: String, measurement: String, isCount: Bool)

  init?(_ text: String) {
    let create = /\s*(?i:create\s+database)\s+"?([\w\-]+)"?\s*;?\s*/
    let drop = /\s*(?i:drop\s+database)\s+"?([\w\-]+)"?\s*;?\s*/
    let count = /\s*(?i:select\s+count)\(\s*"?(\w+)"?\s*\)\s+(?i:from)\s+"?(\w+)"?\s*;?\s*/
    let select = /\s*(?i:select)\s+"?(\w+)"?\s+(?i:from)\s+"?(\w+)"?\s*;?\s*/
    if let match = text.wholeMatch(of: create) {
      self = .create(String(match.1))
    } else if let match = text.wholeMatch(of: drop) {
      self = .drop(String(match.1))
    } else if let match = text.wholeMatch(of: count) {
      self = .select(field: String(match.1), measurement: String(match.2), isCount: true)
    } else if let match = text.wholeMatch(of: select) {
      self = .select(field: String(match.1), measurement: String(match.2), isCount: false)
    } else {
      return nil
    }
  }
}

/// `name=value&…`, as a URL's query and a form have it.
struct Form {
  private var values: [String: String] = [:]

  init(_ text: String) {
    for pair in text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      values[Self.decoded(parts[0])] = parts.count == 2 ? Self.decoded(parts[1]) : ""
    }
  }

  subscript(name: String) -> String? { values[name] }

  private static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(code)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
