import Testing

@testable import Shared

@Suite struct ArgumentsTests {
  @Test func `there is one argument, or none`() throws {
    #expect(try !Arguments.isGraceful(["CalcV6"]))
    #expect(try Arguments.isGraceful(["CalcV6", "--graceful"]))
    #expect(try !Arguments.isGraceful([]))
  }

  @Test(arguments: ["--gracefull", "-graceful", "graceful", "", "--graceful=1"])
  func `a typing error is refused`(argument: String) {
    let error = #expect(throws: ArgumentError.self) {
      try Arguments.isGraceful(["CalcV6", argument])
    }
    #expect(error?.description == "unknown argument \"\(argument)\"; allowed is --graceful")
    #expect(throws: ArgumentError.self) {
      try Arguments.isGraceful(["CalcV6", "--graceful", argument])
    }
  }
}
