/// A message's header or trailer fields: an ordered list, in which a name may occur more than once
/// (RFC 9110 section 5).
///
/// Kept as they are on the wire, so that a request's fields cost one allocation and a response's
/// are copied as a whole. Names are compared without regard to ASCII case. Two lists are equal when
/// their bytes are equal.
public struct Fields: Sendable, Equatable, Sequence, ExpressibleByDictionaryLiteral {
  /// `name: value` and CRLF for each field; names and values are valid.
  private(set) var bytes: [UInt8] = []
  // Small: a request is moved several times on its way.
  private var number: Int32 = 0
  /// The names of the lines.
  private(set) var names = FieldNames()

  /// Bytes of memory held.
  var size: Int { bytes.capacity }

  /// An empty list.
  public init() {}

  /// `["Content-Type": "text/plain"]`, in this order.
  public init(dictionaryLiteral elements: (String, String)...) {
    for (name, value) in elements { append(name, value) }
  }

  /// The number of fields.
  public var count: Int { Int(number) }

  /// Whether there is no field.
  public var isEmpty: Bool { number == 0 }

  /// Adds a field at the end, also when a field of that name exists.
  ///
  /// Drops blanks around the value, and turns controls within it into spaces (RFC 9110 section
  /// 5.5), so that no value can end its field.
  /// - Precondition: the name is a token (RFC 9110 section 5.1).
  public mutating func append(_ name: String, _ value: String) {
    var name = name
    var value = value
    name.withUTF8 { name in
      precondition(Grammar.isToken(name), "a field name is a token")
      value.withUTF8 { append(name: name, value: Grammar.trimmed($0)) }
    }
  }

  private mutating func append(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>)
  {
    bytes.append(contentsOf: name)
    bytes.append(Grammar.colon)
    bytes.append(Grammar.space)
    if Grammar.isFieldValue(value) {
      bytes.append(contentsOf: value)
    } else {
      let spaced = value.map {
        ($0 < 0x20 && $0 != Grammar.tab) || $0 == 0x7F ? Grammar.space : $0
      }
      // A control at an end is a blank around the value now.
      spaced.withUnsafeBufferPointer { bytes.append(contentsOf: Grammar.trimmed($0)) }
    }
    bytes.append(Grammar.carriageReturn)
    bytes.append(Grammar.lineFeed)
    number += 1
    names.insert(name)
  }

  /// Adds a field line that was read and found valid.
  mutating func append(_ line: FieldLine) { append(name: line.name, value: line.value) }

  /// Adds lines that were read and found valid and canonical.
  mutating func append(_ run: FieldRun, of input: UnsafeBufferPointer<UInt8>) {
    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: input[run.range]))
    number += run.count
    names.formUnion(run.names)
  }

  /// The value of the first field of that name.
  public func first(_ name: String) -> String? {
    var result: String?
    forEachValue(of: name) {
      result = String(octets: $0)
      return false
    }
    return result
  }

  /// The values of all fields of that name, in order.
  public func all(_ name: String) -> [String] {
    var result: [String] = []
    forEachValue(of: name) {
      result.append(String(octets: $0))
      return true
    }
    return result
  }

  /// Whether there is a field of that name.
  public func contains(_ name: String) -> Bool {
    var result = false
    forEachValue(of: name) { _ in
      result = true
      return false
    }
    return result
  }

  /// Whether this element stands in the comma-separated list that the fields of that name hold (RFC
  /// 9110 section 5.6.1), without regard to ASCII case.
  public func contains(token: String, in name: String) -> Bool {
    guard names.mayHold(name) else { return false }
    var token = token
    return token.withUTF8 { token in
      var result = false
      forEachValue(of: name) { value in
        Grammar.forEachElement(of: value) {
          result = Grammar.isEqual($0, token)
          return !result
        }
        return !result
      }
      return result
    }
  }

  /// Removes all fields of that name.
  public mutating func removeAll(_ name: String) {
    guard contains(name) else { return }
    var rest = Fields()
    var name = name
    name.withUTF8 { name in
      forEachLine { line in
        if !Grammar.isEqual(line.name, name) { rest.append(line) }
        return true
      }
    }
    self = rest
  }

  private func forEachValue(of name: String, _ body: (UnsafeBufferPointer<UInt8>) -> Bool) {
    guard names.mayHold(name) else { return }
    var name = name
    name.withUTF8 { name in
      forEachLine { Grammar.isEqual($0.name, name) ? body($0.value) : true }
    }
  }

  /// Calls `body` with each line in order, until it returns false.
  func forEachLine(_ body: (FieldLine) -> Bool) {
    bytes.withUnsafeBufferPointer { all in
      var offset = 0
      while let line = FieldLine(stored: all, at: offset), body(line) { offset += line.bytes.count }
    }
  }

  /// Names and values in order.
  public struct Iterator: IteratorProtocol {
    fileprivate let fields: Fields
    fileprivate var offset = 0

    /// The next field; nil at the end.
    public mutating func next() -> (name: String, value: String)? {
      let step = fields.bytes.withUnsafeBufferPointer { [offset] all in
        FieldLine(stored: all, at: offset).map {
          ($0.bytes.count, String(octets: $0.name), String(octets: $0.value))
        }
      }
      guard let (length, name, value) = step else { return nil }
      offset += length
      return (name, value)
    }
  }

  /// Begins with the first field.
  public func makeIterator() -> Iterator { Iterator(fields: self) }
}
