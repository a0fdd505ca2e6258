import Testing

@testable import TestSupport

@Suite struct ManifestTests {
  @Test(arguments: Repository.steps)
  func `a manifest runs its step's executable, without a shell`(step: Int) throws {
    #expect(try Repository.manifest(step).contains(#"          command: ["/app/CalcV\#(step)"]"#))
  }

  @Test(arguments: Repository.steps.dropFirst())
  func `a step changes in its manifest what is stored, and no more`(step: Int) throws {
    let name = "Tests/SlideTests/Diffs/v\(step - 1)-v\(step).yaml.diff"
    #expect(
      try Repository.diff(Repository.manifest(step - 1), Repository.manifest(step))
        == Repository.lines(name), "\(name)")
  }

  @Test(arguments: Repository.steps)
  func `the grace is written out`(step: Int) throws {
    let grace = step < 6 ? 30 : 50
    #expect(try Repository.manifest(step).contains("      terminationGracePeriodSeconds: \(grace)"))
  }

  @Test func `the Service stands once and leads to every step`() throws {
    let service = try Repository.text("k8s/service.yaml")
    #expect(service.contains("  name: calc\n"))
    #expect(service.contains("  selector:\n    app: calc\n"))
    for step in Repository.steps {
      #expect(try Repository.manifest(step).contains("        app: calc"))
    }
  }
}
