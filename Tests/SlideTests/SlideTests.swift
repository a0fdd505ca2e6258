import Testing

@testable import TestSupport

/// What is shown on stage stays fit for it.
@Suite struct SlideTests {
  @Test(arguments: Repository.steps)
  func `a slide has at most 30 lines of 72 columns`(step: Int) throws {
    let lines = try Repository.slide(step)
    #expect(lines.count <= 30)
    for line in lines { #expect(line.count <= 72, "\(line)") }
  }

  @Test(arguments: Repository.steps)
  func `a slide imports Shared and nothing else`(step: Int) throws {
    #expect(try Repository.slide(step).filter { $0.contains("import") } == ["import Shared"])
  }

  @Test(arguments: Repository.steps)
  func `the number of the step stands in the caption only`(step: Int) throws {
    let lines = try Repository.slide(step)
    #expect(lines.first?.hasPrefix("// CalcV\(step): ") == true)
    #expect(
      lines.dropFirst().allSatisfy { !$0.contains("//") && $0.firstMatch(of: /[Vv]\d/) == nil })
  }

  @Test(arguments: Repository.steps)
  func `a slide is alone in its folder`(step: Int) {
    #expect(Repository.names(in: "Sources/CalcV\(step)") == ["main.swift"])
  }

  @Test(arguments: Repository.steps.dropFirst())
  func `a step changes on its slide what is stored, and no more`(step: Int) throws {
    let name = "Tests/SlideTests/Diffs/v\(step - 1)-v\(step).swift.diff"
    #expect(
      try Repository.diff(Repository.slide(step - 1), Repository.slide(step))
        == Repository.lines(name), "\(name)")
  }

  @Test func `steps 4 and 5 differ in their captions only`() throws {
    #expect(try Repository.slide(4).dropFirst() == Repository.slide(5).dropFirst())
  }

  @Test func `nothing in Shared knows a step`() throws {
    let files = Repository.files(below: "Sources/Shared").filter { $0.hasSuffix(".swift") }
    #expect(files.count > 20)
    for file in files {
      // In the room of addresses v4 and v6 are versions of IP.
      let allowed = file.contains("/Sockets/") ? ["v4", "v6"] : []
      for line in try Repository.lines(file) {
        let found = line.matches(of: /CalcV\d|\b[Vv][1-7]\b|\b[Ss]tep [1-7]\b/).map { String($0.0) }
        #expect(found.filter { !allowed.contains($0) }.isEmpty, "\(file): \(line)")
      }
    }
  }
}
