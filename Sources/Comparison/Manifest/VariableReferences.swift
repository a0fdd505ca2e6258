/// References to environment variables in commands, arguments and values: `$(NAME)`.
///
/// After Kubernetes' third_party/forked/golang/expansion: a reference to a variable that does not
/// exist stays as it is, `$$` is a dollar sign, and so `$$(NAME)` stands for the text `$(NAME)`.
package enum VariableReferences {
  package static func expand(_ text: String, _ values: [String: String]) -> String {
    var result = ""
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      switch rest.first {
      case "$":
        result += "$"
        rest = rest.dropFirst()
      case "(":
        guard let end = rest.firstIndex(of: ")") else {
          result += "$"
          continue
        }
        let name = rest[rest.index(after: rest.startIndex)..<end]
        result += values[String(name)] ?? "$(\(name))"
        rest = rest[rest.index(after: end)...]
      default: result += "$"
      }
    }
    return result + rest
  }
}
