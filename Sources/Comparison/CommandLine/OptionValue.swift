/// Reads the values of options; nil means that the text is none.
package enum OptionValue {
  /// Digits only, within the range.
  package static func number(_ range: ClosedRange<Int>) -> @Sendable (String) -> Int? {
    { text in digits(text).flatMap { range.contains($0) ? $0 : nil } }
  }

  /// Digits only, so that no sign, space or other script is taken.
  package static func digits<Number: FixedWidthInteger>(_ text: String) -> Number? {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Number(text) : nil
  }

  /// `0` or `1`.
  package static func flag(_ text: String) -> Bool? {
    text == "1" ? true : text == "0" ? false : nil
  }

  /// Anything but nothing.
  package static func text(_ text: String) -> String? { text.isEmpty ? nil : text }

  /// Words parted by spaces or commas, at least one, none twice.
  package static func list<Value: Equatable & Sendable>(
    _ value: @escaping @Sendable (String) -> Value?
  )
    -> @Sendable (String) -> [Value]?
  {
    { text in
      var values: [Value] = []
      for word in text.split(whereSeparator: { $0 == " " || $0 == "," }) {
        guard let next = value(String(word)), !values.contains(next) else { return nil }
        values.append(next)
      }
      return values.isEmpty ? nil : values
    }
  }
}

extension Option {
  /// A whole number.
  package static func number(
    _ name: String, _ example: String, _ purpose: String, _ range: ClosedRange<Int>,
    to path: WritableKeyPath<Values, Int> & Sendable
  ) -> Option {
    Option(
      name, example, purpose,
      allowed: "a whole number, \(range.lowerBound) to \(range.upperBound)",
      read: OptionValue.number(range), to: path)
  }

  /// A whole number, nil unless given.
  package static func number(
    _ name: String, _ example: String, _ purpose: String, _ range: ClosedRange<Int>,
    to path: WritableKeyPath<Values, Int?> & Sendable
  ) -> Option {
    Option(
      name, example, purpose,
      allowed: "a whole number, \(range.lowerBound) to \(range.upperBound)",
      read: OptionValue.number(range), to: path)
  }

  /// `1` or, as without it, `0`.
  package static func flag(
    _ name: String, _ purpose: String, to path: WritableKeyPath<Values, Bool> & Sendable
  ) -> Option {
    Option(name, "1", purpose, allowed: "0 or 1", read: OptionValue.flag, to: path)
  }

  /// A folder by its path, nil unless given.
  package static func folder(
    _ name: String, _ example: String, _ purpose: String,
    to path: WritableKeyPath<Values, String?> & Sendable
  ) -> Option {
    Option(
      name, example, "folder \(purpose)", allowed: "a folder", read: OptionValue.text, to: path)
  }

  /// A folder by its path.
  package static func folder(
    _ name: String, _ example: String, _ purpose: String,
    to path: WritableKeyPath<Values, String> & Sendable
  ) -> Option {
    Option(
      name, example, "folder \(purpose)", allowed: "a folder", read: OptionValue.text, to: path)
  }
}
