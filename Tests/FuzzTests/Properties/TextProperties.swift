@testable import Cluster
@testable import Comparison
@testable import Rehearsal
@testable import Shared

/// JSON: white space around a text changes nothing, no text is whole without its last byte if it is
/// an object, and a sum is the sum of the numbers that were written.
enum JSONProperty {
  static func violation(_ bytes: [UInt8]) -> String? {
    let whole = skips(bytes)
    if skips(Array(" \n".utf8) + bytes + Array("\t\r ".utf8)) != whole {
      return "white space makes a difference"
    }
    let answer = InfluxAnswer(bytes)
    if answer.isWhole, !whole { return "an answer is whole that is no JSON" }
    if whole, bytes.last == UInt8(ascii: "}"), skips(Array(bytes.dropLast())) {
      return "an object is whole without its end"
    }
    var input = FuzzInput(bytes)
    let numbers = (0..<input.number(below: 20)).map { _ in
      Int64(input.number(below: 65_536)) - 30_000
    }
    let text = "{\"numbers\":[\(numbers.map(String.init).joined(separator: ","))]}"
    let sum = try? Sum.of(Array(text.utf8))
    guard sum?.sum == .integer(numbers.reduce(0, +)), sum?.count == numbers.count else {
      return "\(text) is \(String(describing: sum))"
    }
    return nil
  }

  private static func skips(_ bytes: [UInt8]) -> Bool {
    do throws(JSONError) {
      var reader = try JSONReader(bytes)
      try reader.skip()
      try reader.end()
      return true
    } catch {
      return false
    }
  }
}

/// Line protocol: a point that can be encoded is read back as it was, from one line.
enum PointProperty {
  static func violation(_ bytes: [UInt8]) -> String? {
    _ = try? ParsedPoint(bytes)
    var input = FuzzInput(bytes)
    let measurement = input.text(upTo: 12)
    let tags = (0..<input.number(below: 3)).map { _ in
      Point.Tag(input.text(upTo: 8), input.text(upTo: 12))
    }
    let text = input.text(upTo: 24)
    let number = Int64(input.number(below: 65_536)) - 30_000
    guard
      let point = try? Point(
        measurement, tags: tags,
        fields: [
          .init("text", .string(text)), .init("number", .integer(number)),
          .init("ratio", .float(Double(number) / 7)),
        ], at: number)
    else { return nil }
    let line = point.line
    guard !line.utf8.contains(UInt8(ascii: "\n")) else { return "two lines: \(line)" }
    guard let read = try? ParsedPoint(line.utf8) else { return "cannot be read: \(line)" }
    let isSame =
      read.measurement == measurement && read.timestamp == number
      && read.tags == tags.map { .init(key: $0.key, value: $0.value) }.sorted { $0.key < $1.key }
      && read.fields == [
        "text": .string(text), "number": .integer(number), "ratio": .float(Double(number) / 7),
      ]
    return isSame ? nil : "\(line) is read as \(read)"
  }
}

/// YAML: a comment at the end changes nothing, nor do the ends of lines. Empty lines at the end are
/// a part of some block scalars.
enum YAMLProperty {
  static func violation(_ bytes: [UInt8]) -> String? {
    let whole = read(bytes)
    guard case .success(let texts) = whole else { return nil }
    let comment = bytes.last == 0x0A ? "# end\n" : "\n# end\n"
    if case .success(let more) = read(bytes + Array(comment.utf8)), more != texts {
      return "a comment at the end makes a difference: \(texts), \(more)"
    }
    let lines = bytes.filter { $0 != 0x0D }
    if lines.count == bytes.count {
      let windows = lines.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
      if case .success(let same) = read(windows), same == texts { return nil }
      return "CRLF makes a difference: \(texts), \(read(windows))"
    }
    return nil
  }

  private static func read(_ bytes: [UInt8]) -> Result<[String], CommandError> {
    do throws(CommandError) {
      return .success(try YAMLReader.documents(bytes, file: "f").map { "\($0)" })
    } catch {
      return .failure(error)
    }
  }
}

/// The lines of the load test: one by one or all at once, they say the same.
enum LoadLineProperty {
  static func violation(_ bytes: [UInt8]) -> String? {
    var one = LoadLog(door: .tcp, kind: .fresh, run: "r", pod: 1)
    var all = one
    all.add(bytes)
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      one.add(String(decoding: line, as: UTF8.self))
    }
    if "\(one)" != "\(all)" { return "one by one: \(one), all: \(all)" }
    if all.missingLines < 0 || all.ownFailures > all.failures.count {
      return "counts that cannot be: \(all)"
    }
    return nil
  }
}
