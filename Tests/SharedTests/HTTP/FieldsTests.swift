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
}
