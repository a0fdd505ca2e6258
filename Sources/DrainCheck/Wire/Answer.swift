/// What a client can tell of one response: as lenient as a client in the field.
package struct Answer: Equatable, Sendable {
  package var status: Int
  /// Names in lower case.
  package var fields: [Field]
  package var body: Int
  /// Whether its announced end has come.
  package var isComplete: Bool
  package var isHTTP10 = false

  package struct Field: Equatable, Sendable {
    package let name: String
    package let value: String
  }

  /// RFC 9112 section 9.6; HTTP/1.0 closes unless it says `keep-alive`.
  package var saysClose: Bool {
    hasToken("close", in: "connection") || isHTTP10 && !hasToken("keep-alive", in: "connection")
  }

  func hasToken(_ token: String, in name: String) -> Bool {
    fields.contains { field in
      field.name == name
        && field.value.lowercased().split(separator: ",").contains { $0.trimmedSpaces == token }
    }
  }

  func value(_ name: String) -> String? { fields.first { $0.name == name }?.value }
}

/// The answers in what one connection has received.
package struct Answers: Equatable, Sendable {
  /// In order; only the last can be incomplete.
  package private(set) var all: [Answer] = []
  /// Whether a `100 Continue` came.
  package private(set) var hasContinue = false
  /// Bytes that are no HTTP/1 response.
  package private(set) var isMalformed = false

  package var complete: [Answer] { all.filter(\.isComplete) }

  /// - Parameters:
  ///   - bytes: all that came.
  ///   - hasEnded: whether the server closed; the end of a body without a length.
  init(_ bytes: [UInt8], hasEnded: Bool) {
    var rest = bytes[...]
    while !rest.isEmpty {
      guard rest.starts(with: Array("HTTP/1.".utf8.prefix(rest.count))) else {
        isMalformed = true
        return
      }
      guard let head = rest.firstRange(of: Array("\r\n\r\n".utf8)),
        let answer = Self.head(rest[..<head.lowerBound])
      else {
        // The beginning of a status line or of fields: an answer that has begun.
        all.append(Answer(status: 0, fields: [], body: 0, isComplete: false))
        return
      }
      rest = rest[head.upperBound...]
      if (100..<200).contains(answer.status), answer.status != 101 {
        hasContinue = hasContinue || answer.status == 100
        continue
      }
      all.append(Self.body(of: answer, in: &rest, hasEnded: hasEnded))
    }
  }

  private static func head(_ bytes: ArraySlice<UInt8>) -> Answer? {
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
    guard let words = lines.first?.split(separator: " "), words.count >= 2,
      let status = Int(words[1])
    else { return nil }
    let fields = lines.dropFirst().compactMap { line -> Answer.Field? in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      return Answer.Field(
        name: line[..<colon].lowercased(), value: line[line.index(after: colon)...].trimmedSpaces)
    }
    return Answer(
      status: status, fields: fields, body: 0, isComplete: false, isHTTP10: words[0] == "HTTP/1.0")
  }

  private static func body(
    of answer: Answer, in rest: inout ArraySlice<UInt8>, hasEnded: Bool
  ) -> Answer {
    var answer = answer
    if answer.status == 204 || answer.status == 304 {
      answer.isComplete = true
    } else if answer.hasToken("chunked", in: "transfer-encoding") {
      (answer.body, answer.isComplete) = chunks(&rest)
    } else if let length = answer.value("content-length").flatMap({ Int($0) }), length >= 0 {
      answer.body = min(length, rest.count)
      answer.isComplete = rest.count >= length
      rest = rest.dropFirst(length)
    } else {
      answer.body = rest.count
      answer.isComplete = hasEnded
      rest = []
    }
    return answer
  }

  /// Passes over chunks (RFC 9112 section 7.1).
  private static func chunks(_ rest: inout ArraySlice<UInt8>) -> (count: Int, isComplete: Bool) {
    let lineEnd = Array("\r\n".utf8)
    var count = 0
    while let line = rest.firstRange(of: lineEnd) {
      let digits = rest[..<line.lowerBound].prefix { $0 != UInt8(ascii: ";") }
      guard let size = Int(String(decoding: digits, as: UTF8.self).trimmedSpaces, radix: 16) else {
        return (count, false)
      }
      let data = rest[line.upperBound...]
      if size == 0 {
        // Trailer fields, then an empty line.
        var trailer = data
        while let end = trailer.firstRange(of: lineEnd) {
          let isLast = end.lowerBound == trailer.startIndex
          trailer = trailer[end.upperBound...]
          if isLast {
            rest = trailer
            return (count, true)
          }
        }
        return (count, false)
      }
      count += min(size, data.count)
      guard data.count >= size + 2 else { break }
      rest = data.dropFirst(size + 2)
    }
    rest = []
    return (count, false)
  }
}

extension StringProtocol {
  fileprivate var trimmedSpaces: String {
    String(
      drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }
}
