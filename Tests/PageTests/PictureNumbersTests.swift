import Testing

@testable import Comparison
@testable import TestSupport

/// The first page's table and the pictures come from the same run.
@Suite struct PictureNumbersTests {
  /// What a picture says that it was made from.
  private struct Origin: Decodable {
    let commit: String
    let began: String
    let row: String
    let sent: Int
    let failed: Int
    let cut: Int
    let lost: Int?
  }

  private static let pictures = ["row-3", "row-5", "why-4"]

  private func svg(_ name: String) throws -> String { try Repository.text("docs/\(name).svg") }

  private func origin(_ name: String) throws -> Origin {
    let text = try #require(try svg(name).firstMatch(of: /<metadata>(.*)<\/metadata>/)).1
    return try JSONDecoder().decode(
      Origin.self, from: Data(text.replacing("&quot;", with: "\"").utf8))
  }

  /// The numbers of a row of the table: sent, failed, cut, lost.
  private func numbers(of row: String) throws -> [String] {
    let lines = try Repository.lines("README.md").filter { $0.hasPrefix("    ") }
    let line = try #require(
      lines.first { $0.split(separator: " ").first == row[...] && $0.hasSuffix("holds") })
    return line.split(separator: " ").suffix(5).dropLast().map(String.init)
  }

  @Test(arguments: pictures)
  func `a picture has the numbers of its row in the table`(name: String) throws {
    let origin = try origin(name)
    #expect(name.hasSuffix(origin.row))
    #expect(
      try numbers(of: origin.row) == [
        origin.sent.grouped, origin.failed.grouped, origin.cut.grouped,
        origin.lost?.grouped ?? "–",
      ])
  }

  @Test func `all pictures and the table are of one run of one commit`() throws {
    let origins = try Self.pictures.map(origin)
    #expect(Set(origins.map(\.commit)).count == 1)
    let page = try Repository.text("README.md")
    let commit = try #require(page.firstMatch(of: /2 cores, commit ([0-9a-f]{7})/)).1
    #expect(origins[0].commit.hasPrefix(commit))
    #expect(!origins[0].commit.hasSuffix("-dirty"))
  }

  @Test func `the picture of a row has a mark for each failure, and says so`() throws {
    for name in ["row-3", "row-5"] {
      let (text, origin) = (try svg(name), try origin(name))
      #expect(
        text.contains(
          "\(origin.failed.grouped) of \(origin.sent.grouped) requests failed</title>"))
      // Each class's key has one more.
      let keys = text.matches(of: /font-weight="600" class="ink">([\d,]+) [a-z_0-9]+</)
      let marks = text.matches(
        of: /class="[ms] (refused|reset|eof|timeout|unreachable|http_\w+|wrong_answer)"/)
      #expect(marks.count == origin.failed + keys.count)
      let sum = keys.reduce(0) { $0 + (Int($1.1.filter { $0 != "," }) ?? 0) }
      #expect(sum == origin.failed)
    }
  }

  @Test(arguments: pictures)
  func `a picture has both palettes, and loads nothing`(name: String) throws {
    let text = try svg(name)
    #expect(text.contains("prefers-color-scheme: dark"))
    #expect(!text.contains("href"))
    #expect(!text.contains("<script"))
    #expect(text.matches(of: /https?:/).count == 1, "the namespace")
  }
}
