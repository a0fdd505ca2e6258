import Testing

@testable import TestSupport

/// The corpus that the fuzzer found, and mutations of it: a minute of `make fuzz` for a machine
/// without the fuzzer's library.
@Suite struct CorpusTests {
  private func corpus(_ target: FuzzTarget) throws -> [[UInt8]] {
    try Repository.files(below: "Tests/Corpus/\(target.rawValue)").sorted().map {
      try Repository.bytes($0)
    }
  }

  @Test(arguments: FuzzTarget.allCases)
  func `each input of the corpus holds, and each mutation of it`(target: FuzzTarget) throws {
    let corpus = try corpus(target)
    try #require(corpus.count >= 4, "the corpus of \(target) is missing")
    for (number, input) in corpus.enumerated() {
      #expect(target.violation(input) == nil)
      var mutation = Mutation(seed: UInt64(number))
      for _ in 0..<2000 / corpus.count {
        let mutated = mutation.of(input)
        let violation = target.violation(mutated)
        #expect(violation == nil, "\(mutated)")
        if violation != nil { return }
      }
    }
  }
}
