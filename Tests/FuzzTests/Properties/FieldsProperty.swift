@testable import Shared

/// Fields: each one that is added is there, in its order; no value ends its line; and what is
/// written is read back.
enum FieldsProperty {
  static func violation(_ bytes: [UInt8]) -> String? {
    var input = FuzzInput(bytes)
    var fields = Fields()
    var names: [String] = []
    for _ in 0..<input.number(below: 12) {
      let name = "X\(input.number(below: 4))"
      names.append(name)
      fields.append(name, input.text(upTo: 80))
    }
    if fields.count != names.count || fields.map(\.name) != names {
      return "\(names) became \(fields.map(\.name))"
    }
    if fields.bytes.contains(0) { return "a NUL is in the fields" }
    for name in Set(names) {
      let values = fields.filter { $0.name == name }.map(\.value)
      if fields.all(name) != values || fields.first(name) != values.first {
        return "\(name) has \(fields.all(name)), \(values) were added"
      }
    }
    if let fault = roundTrip(fields) { return fault }
    if let name = names.first {
      var rest = fields
      rest.removeAll(name)
      if rest.contains(name) || rest.count != names.filter({ $0 != name }).count {
        return "without \(name): \(rest.map(\.name))"
      }
    }
    return nil
  }

  private static func roundTrip(_ fields: Fields) -> String? {
    var buffer = InputBuffer()
    (fields.bytes + Array("\r\n".utf8)).withUnsafeBytes { buffer.append($0) }
    var section = FieldSection(limits: Limits())
    do throws(RequestError) {
      let isWhole = try section.read(&buffer)
      return isWhole && section.fields == fields && buffer.isEmpty
        ? nil : "wrote \(fields.bytes), read \(section.fields.bytes)"
    } catch {
      return "refused: \(error)"
    }
  }
}
