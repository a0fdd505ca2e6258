/// The sum of a request's numbers. Pure.
///
/// A number is an integer when it is written without fraction and exponent and fits in 64 bits;
/// `1.0`, `1e2` and `9223372036854775808` are doubles. Integers are added exactly. One double makes
/// the sum a double, and so does an integer sum that does not fit in 64 bits.
enum Sum: Equatable, Sendable {
  case integer(Int64)
  case double(Double)

  /// - Returns: the sum of the numbers in `{"numbers":[…]}`, and how many they are. Elements that
  ///   are not numbers are ignored. Of members with the same name the last one counts, as in most
  ///   readers (RFC 8259 section 4 leaves it open).
  static func of(_ body: [UInt8]) throws(SumError) -> (sum: Sum, count: Int) {
    var found: Member?
    do throws(JSONError) {
      var reader = try JSONReader(body)
      if reader.next != UInt8(ascii: "{") {
        try reader.skip()
      } else {
        try reader.object { (name, reader) throws(JSONError) in
          if !reader.string(at: name, is: "numbers") {
            try reader.skip()
          } else if reader.next == UInt8(ascii: "[") {
            found = .list(try Total(&reader))
          } else {
            try reader.skip()
            found = .other
          }
        }
      }
      try reader.end()
    } catch .tooDeep {
      throw SumError(reason: "nested too deeply")
    } catch {
      throw SumError(reason: "not JSON")
    }
    switch found {
    case nil: throw SumError(reason: "no numbers")
    case .other: throw SumError(reason: "numbers is not a list")
    case .list(let total):
      guard let sum = total.sum else { throw SumError(reason: "the sum is not finite") }
      return (sum, total.count)
    }
  }

  private enum Member {
    case list(Total)
    case other
  }

  /// To the nearest double.
  var double: Double {
    switch self {
    case .integer(let value): Double(value)
    case .double(let value): value
    }
  }

  /// As JSON writes it: a double always with a fraction or an exponent.
  var text: String {
    switch self {
    case .integer(let value): String(value)
    case .double(let value): "\(value)"
    }
  }
}

/// A body without a sum.
struct SumError: Error, Equatable {
  /// The message for the client; needs no escapes in JSON.
  let reason: String
}

/// Adds numbers up. 128 bits hold more 64-bit integers than any body has, so that the way to a sum
/// that fits in 64 bits does not overflow.
private struct Total {
  private(set) var count = 0
  private var integers: Int128 = 0
  private var doubles = 0.0
  private var hasDoubles = false
  /// The same as `doubles`, scaled down so that it stays finite where `doubles` passes the largest
  /// double on its way.
  private var scaled = 0.0
  private static let scale = 0x1p-64

  init(_ reader: inout JSONReader) throws(JSONError) {
    var total = Total()
    try reader.array { (reader) throws(JSONError) in
      switch reader.next {
      case .some(UInt8(ascii: "-")), .some(UInt8(ascii: "0")...UInt8(ascii: "9")):
        total.add(try reader.number())
      default: try reader.skip()
      }
    }
    self = total
  }

  private init() {}

  private mutating func add(_ number: JSONNumber) {
    count += 1
    switch number {
    case .integer(let value): integers += Int128(value)
    case .double(let value):
      hasDoubles = true
      doubles += value
      scaled += value * Self.scale
    }
  }

  /// Nil when it is not finite.
  var sum: Sum? {
    if !hasDoubles { return Int64(exactly: integers).map(Sum.integer) ?? .double(Double(integers)) }
    let double =
      doubles.isFinite
      ? doubles + Double(integers) : (scaled + Double(integers) * Self.scale) / Self.scale
    return double.isFinite ? .double(double) : nil
  }
}
