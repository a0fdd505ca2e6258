import Testing

@testable import Shared

@Suite struct SumTests {
  private func sum(_ text: String) throws(SumError) -> Sum { try Sum.of(Array(text.utf8)).sum }

  @Test(arguments: [
    (#"{"numbers":[1,2,3,4]}"#, "10"), (#"{"numbers":[]}"#, "0"),
    (#"{"numbers":[1,"2",null,true,[3],{"a":4},5]}"#, "6"),
    (#"{"numbers":[1.5,2]}"#, "3.5"), (#"{"numbers":[1.0,2]}"#, "3.0"),
    (#"{"numbers":[1e2]}"#, "100.0"), (#"{"numbers":[-0]}"#, "0"),
    (#"{"numbers":[9223372036854775807]}"#, "9223372036854775807"),
    (#"{"numbers":[-9223372036854775808]}"#, "-9223372036854775808"),
    (#"{"numbers":[9223372036854775807,1,-1]}"#, "9223372036854775807"),
    (#"{"numbers":[9223372036854775807,1]}"#, "9.223372036854776e+18"),
    (#"{"numbers":[-9223372036854775808,-1,1]}"#, "-9223372036854775808"),
    (#"{"numbers":[9223372036854775808]}"#, "9.223372036854776e+18"),
    (#"{"numbers":[1e308,1e308,-1e308]}"#, "1e+308"),
    (#"{"numbers":[0.1,0.2]}"#, "0.30000000000000004"),
    (#"{"a":[9],"numbers":[1],"b":{"numbers":[9]}}"#, "1"),
    (#"{"numbers":[1],"numbers":[2]}"#, "2"), (#"{"n\u0075mbers":[7]}"#, "7"),
    (" {\n\"numbers\" : [ 1 , 2 ] } \r\n", "3"),
  ])
  func `numbers are added, other elements ignored`(body: String, expected: String) throws {
    #expect(try sum(body).text == expected)
  }

  @Test(arguments: [
    ("", "not JSON"), ("hello", "not JSON"), (#"{"numbers":[1,2}"#, "not JSON"),
    (#"{"numbers":[1]} x"#, "not JSON"),
    (#"{"numbers":[01]}"#, "not JSON"), (#"{"numbers":[+1]}"#, "not JSON"),
    (#"{"numbers":[NaN]}"#, "not JSON"), ("{}", "no numbers"),
    ("[1,2]", "no numbers"), ("1", "no numbers"), ("null", "no numbers"),
    (#"{"Numbers":[1]}"#, "no numbers"),
    (#"{"numbers":1}"#, "numbers is not a list"), (#"{"numbers":null}"#, "numbers is not a list"),
    (#"{"numbers":{"a":1}}"#, "numbers is not a list"),
    (#"{"numbers":[1],"numbers":"x"}"#, "numbers is not a list"),
    (#"{"numbers":[1e999]}"#, "the sum is not finite"),
    (#"{"numbers":[1e308,1e308]}"#, "the sum is not finite"),
    (#"{"numbers":[1e999,-1e999]}"#, "the sum is not finite"),
  ])
  func `what cannot be added is refused with a reason`(body: String, reason: String) {
    #expect(throws: SumError(reason: reason)) { try sum(body) }
  }

  @Test func `a million brackets are refused, not followed`() {
    let body = #"{"numbers":"# + String(repeating: "[", count: 1_000_000)
    #expect(throws: SumError(reason: "nested too deeply")) { try sum(body) }
  }

  @Test func `as many of the largest integers as a body holds are added exactly`() throws {
    let pair = "9223372036854775807,-9223372036854775807,"
    #expect(
      try sum(#"{"numbers":["# + String(repeating: pair, count: 20_000) + "3]}") == .integer(3))
    let many = String(repeating: "9223372036854775807,", count: 40_000)
    #expect(try sum(#"{"numbers":["# + many + "0]}") == .double(40_000 * 0x1p63))
  }

  @Test func `the count is that of the numbers`() throws {
    #expect(try Sum.of(Array(#"{"numbers":[1,"x",2]}"#.utf8)).count == 2)
  }
}
