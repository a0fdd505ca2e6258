/// The words `name=value` that a subcommand was given, read one by one by their names.
package struct Words: Sendable {
  private let target: String
  private var values: [String: String] = [:]

  /// - Parameters:
  ///   - words: without the subcommand. An empty value counts as none, as make passes on variables
  ///     that are not set.
  ///   - allowed: the names, for the error too.
  /// - Throws: `Refusal` (64).
  package init(_ words: some Sequence<String>, of target: String, allowed: [String]) throws(Refusal)
  {
    self.target = target
    for word in words {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
        String.init)
      guard parts.count == 2 else { throw .usage("'\(word)' is not of the form name=value") }
      guard allowed.contains(parts[0]) else {
        throw .usage(
          "\(target) takes no \(parts[0])=; it takes \(allowed.map { "\($0)=" }.joined(separator: " "))"
        )
      }
      guard values[parts[0]] == nil else { throw .usage("\(parts[0])= is given twice") }
      if !parts[1].isEmpty { values[parts[0]] = parts[1] }
    }
  }

  package func text(_ name: String) -> String? { values[name] }

  package func number(_ name: String, _ range: ClosedRange<Int>, default standard: Int)
    throws(Refusal)
    -> Int
  {
    guard let text = values[name] else { return standard }
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text),
      range.contains(number)
    else {
      throw .usage(
        "\(name)=\(text): \(name)= takes a whole number, \(range.lowerBound) to \(range.upperBound)"
      )
    }
    return number
  }

  package func flag(_ name: String) throws(Refusal) -> Bool {
    switch values[name] {
    case nil, "0": false
    case "1": true
    case let text?: throw .usage("\(name)=\(text): \(name)= takes 0 or 1")
    }
  }

  /// A namespace by its name; nil when none is given.
  package func namespace() throws(Refusal) -> String? {
    guard let name = values["ns"] else { return nil }
    let allowed = name.utf8.allSatisfy {
      (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
    }
    guard allowed, name.utf8.count <= 63, name.first != "-", name.last != "-" else {
      throw .usage("ns=\(name) is no name of a namespace: small letters, digits and hyphens")
    }
    return name
  }

  /// The rows given by `rows=`, or by `v=` and `graceful=`; all without any of them.
  package func rows() throws(Refusal) -> [Row] {
    if let step = values["v"] {
      guard values["rows"] == nil else {
        throw .usage("v= and rows= contradict each other; give one of them")
      }
      let name = try flag("graceful") ? "\(step)g" : step
      guard let row = Row.named(name) else {
        throw .usage("\(target) v=\(step): there is no row \(name); there are \(Self.rowNames)")
      }
      return [row]
    }
    guard let text = values["rows"] else { return Row.all }
    var rows: [Row] = []
    for word in text.split(whereSeparator: { $0 == " " || $0 == "," }) {
      guard let row = Row.named(word), !rows.contains(row) else {
        throw .usage(
          "rows=\"\(text)\": \(word) is no row, or there twice; there are \(Self.rowNames)")
      }
      rows.append(row)
    }
    return rows.isEmpty ? Row.all : rows
  }

  private static var rowNames: String { Row.all.map(\.name).joined(separator: " ") }
}
