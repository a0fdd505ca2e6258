import Testing

@testable import Shared

@Suite struct FieldsTests {
  private let fields: Fields = [
    "Host": "a", "X-A": "1", "x-a": " 2\t", "Connection": "Keep-Alive, , close\t,x", "X-Empty": "",
  ]

  @Test func `fields keep their order, and names occur more than once`() {
    #expect(fields.count == 5)
    #expect(fields.map(\.name) == ["Host", "X-A", "x-a", "Connection", "X-Empty"])
    #expect(fields.map(\.value) == ["a", "1", "2", "Keep-Alive, , close\t,x", ""])
    #expect(fields.first("x-A") == "1")
    #expect(fields.all("X-a") == ["1", "2"])
    #expect(fields.first("x-empty") == "")
    #expect(fields.first("X") == nil)
    #expect(fields.contains("HOST"))
    #expect(!fields.contains("Hos"))
  }

  @Test func `tokens of a list are found without regard to case, as a whole`() {
    for token in ["keep-alive", "CLOSE", "X"] {
      #expect(fields.contains(token: token, in: "connection"))
    }
    for token in ["keep", "alive", "", "close x", ","] {
      #expect(!fields.contains(token: token, in: "Connection"))
    }
    #expect((["A": "x", "A": "y"] as Fields).contains(token: "y", in: "a"))
  }

  @Test func `names that Unicode calls equal are not`() {
    #expect(!(["K": "1"] as Fields).contains("\u{212A}"))
    #expect(!fields.contains(token: "\u{212A}eep-alive", in: "Connection"))
    // Differs in the bit of the letters' case.
    #expect(!(["X_": "1"] as Fields).contains("X\u{7F}"))
  }

  @Test func `a value cannot end its field`() {
    var fields = Fields()
    fields.append("X", "a\r\nSet-Cookie: b\0\u{7F}\tc")
    #expect(fields.count == 1)
    #expect(fields.first("X") == "a  Set-Cookie: b  \tc")
    #expect(fields.map(\.name) == ["X"])
  }

  @Test func `fields can be removed`() {
    var fields = fields
    fields.removeAll("x-A")
    #expect(fields.map(\.name) == ["Host", "Connection", "X-Empty"])
    #expect(fields.count == 3)
    fields.removeAll("nothing")
    #expect(fields.count == 3)
  }

  @Test func `exactly the characters of a token are tokens`() {
    let marks = Set("!#$%&'*+-.^_`|~".utf8)
    for octet in UInt8.min...UInt8.max {
      let isAlphanumeric =
        (48...57).contains(octet) || (65...90).contains(octet) || (97...122).contains(octet)
      #expect(Grammar.isToken(octet) == (isAlphanumeric || marks.contains(octet)), "\(octet)")
    }
  }

  @Test func `a value is valid exactly without a control, wherever it stands`() {
    for length in 1...20 {
      for place in 0..<length {
        for octet in UInt8.min...UInt8.max {
          var value = [UInt8](repeating: UInt8(ascii: "a"), count: length)
          value[place] = octet
          let isControl = (octet < 0x20 && octet != 0x09) || octet == 0x7F
          let isValid = value.withUnsafeBufferPointer { Grammar.isFieldValue($0) }
          if isValid == isControl { Issue.record("\(octet) at \(place) of \(length)") }
        }
      }
    }
    #expect([].withUnsafeBufferPointer { Grammar.isFieldValue($0) })
  }

  @Test func `lines that were read keep their order, in the form of Fields or not`() throws {
    let lines = "A: 1\r\nB: 2\r\nC:3\r\nD:  4 \r\nE: 5\r\nF:\r\nG: \r\n\r\n"
    var section = FieldSection(limits: Limits())
    var buffer = InputBuffer()
    Array(lines.utf8).withUnsafeBytes { buffer.append($0) }
    #expect(try section.read(&buffer) && buffer.isEmpty)
    #expect(
      section.fields == ["A": "1", "B": "2", "C": "3", "D": "4", "E": "5", "F": "", "G": ""])
    #expect(section.fields.first("e") == "5" && section.fields.count == 7)
  }

  @Test func `a name is told from one of the same length and first letter`() {
    let fields: Fields = ["Dove": "1"]
    #expect(!fields.contains("Date") && fields.contains("DOVE"))
    #expect(!Fields().contains("Dove") && !fields.contains(""))
  }

  @Test func `a control is found beside a tab`() {
    #expect(["a\tb\0cdefgh", "a\tbcdefgh\0"].allSatisfy { !isValue($0) })
    #expect(isValue("a\tbcdefgh\t\u{E9}"))
  }

  private func isValue(_ text: String) -> Bool {
    Array(text.utf8).withUnsafeBufferPointer { Grammar.isFieldValue($0) }
  }
}
