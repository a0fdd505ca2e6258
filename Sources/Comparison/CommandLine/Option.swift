/// One `name=value` that a command takes: how its help shows it, and how its value is read.
package struct Option<Values>: Sendable {
  package let name: String
  /// A value, for the help.
  package let example: String
  /// What it does, with default and unit.
  package let purpose: String
  /// What its values may be, for the error.
  package let allowed: String
  /// Takes the value; false when it is none of those.
  package let set: @Sendable (inout Values, String) -> Bool

  package init(
    _ name: String, _ example: String, _ purpose: String, allowed: String,
    set: @escaping @Sendable (inout Values, String) -> Bool
  ) {
    self.name = name
    self.example = example
    self.purpose = purpose
    self.allowed = allowed
    self.set = set
  }

  /// An option whose value is read first; nil means that it is wrong.
  package init<Value>(
    _ name: String, _ example: String, _ purpose: String, allowed: String,
    read: @escaping @Sendable (String) -> Value?,
    to path: WritableKeyPath<Values, Value> & Sendable
  ) {
    self.init(name, example, purpose, allowed: allowed) { values, text in
      guard let value = read(text) else { return false }
      values[keyPath: path] = value
      return true
    }
  }

  /// The same for a value that is nil unless given.
  package init<Value>(
    _ name: String, _ example: String, _ purpose: String, allowed: String,
    read: @escaping @Sendable (String) -> Value?,
    to path: WritableKeyPath<Values, Value?> & Sendable
  ) {
    self.init(name, example, purpose, allowed: allowed) { values, text in
      guard let value = read(text) else { return false }
      values[keyPath: path] = value
      return true
    }
  }
}
