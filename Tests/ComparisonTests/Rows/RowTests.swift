import Testing

@testable import Comparison

struct RowTests {
  @Test func `rows have distinct names and fit the headline`() {
    #expect(Set(Row.all.map(\.name)).count == Row.all.count)
    #expect(Row.all.allSatisfy { $0.news.count <= 30 && !$0.claims.isEmpty })
  }
}
