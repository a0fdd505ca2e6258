import Testing

@testable import Comparison
@testable import Rehearsal

@Suite struct DescriptorBudgetTests {
  private func needed(_ words: String...) throws -> Int {
    let options = try Options.parse(words, executables: "bin")
    return DescriptorBudget.needed(
      options, options.rows.map { ($0.logging, options.replicas ?? 13) })
  }

  @Test func `all rows of the talk need no more descriptors than a small machine allows`() throws {
    #expect(try needed() < 10_000)
  }

  @Test func `more clients write more at a time, up to what the pods do`() throws {
    let few = try needed("v=6", "clients=40")
    let many = try needed("v=6", "clients=80")
    #expect(many > few)
    #expect(try needed("v=6", "clients=40", "replicas=1") < few)
  }

  @Test func `when InfluxDB fails, each task's connection may wait; a batch has only one`() throws {
    #expect(try needed("v=6", "influx-fault=slow:5s") > needed("v=6"))
    #expect(try needed("v=7", "influx-fault=slow:5s") == needed("v=7"))
  }

  @Test func `a real InfluxDB has two sides`() throws {
    #expect(try needed("v=6", "influx=http://localhost") > needed("v=6"))
    #expect(
      try needed("rows=5 6", "influx=http://localhost") - needed("rows=5 6")
        == needed("v=6", "influx=http://localhost") - needed("v=6"))
  }

  @Test func `too few are refused with what to do`() {
    let refusal = #expect(throws: CommandError.self) { try DescriptorBudget.require(1 << 40) }
    #expect(refusal?.status == .osError)
    #expect(refusal?.message.hasSuffix("raise the limit with ulimit -n \(1 << 40)") == true)
  }

  @Test(.enabled(if: ProcessorTime.now != nil))
  func `the processors are busy for a share of the time`() throws {
    let before = try #require(ProcessorTime.now)
    #expect(before.share(since: before) == 0)
    var after = before
    while after.share(since: before) == 0 { after = try #require(ProcessorTime.now) }
    #expect((0...1).contains(after.share(since: before)))
    #expect(before.share(since: after) == 0)
  }
}
