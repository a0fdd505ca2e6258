import Shared
import Testing

@testable import Comparison
@testable import Picture
@testable import TestSupport

/// The page as a file: what stands in it, and what becomes of files that are no results.
@Suite struct PageFileTests {
  private let folder = TemporaryFolder()

  private func write(_ result: RowResult, to name: String) throws {
    _ = try ResultFile.write(result, to: "\(folder.path)/\(name)")
  }

  /// The JSON that stands in a page.
  private func data(of page: String) throws -> JSONDocument {
    let start = try #require(page.firstRange(of: #"id="data">"#)).upperBound
    let end = try #require(page[start...].firstRange(of: "</script>")).lowerBound
    return try JSONDocument(Array(page[start..<end].utf8))
  }

  @Test func `the page stands beside the folder of the results`() throws {
    #expect(PageFile.path(beside: "results/rehearsal") == "results/rehearsal.html")
    #expect(PageFile.path(beside: "results/rehearsal/") == "results/rehearsal.html")
    let path = try PageFile.write([SampleRow.result()], beside: "\(folder.path)/rehearsal")
    #expect(path == "\(folder.path)/rehearsal.html")
    #expect(try TemporaryFolder.text(path).contains("calc-1-0"))
  }

  @Test func `one script holds all modules, and runs under the page's policy only`() throws {
    let path = try PageFile.write([SampleRow.result()], beside: "\(folder.path)/r")
    let page = try TemporaryFolder.text(path)
    let nonce = try #require(page.firstMatch(of: /script-src 'nonce-([a-z0-9]+)'/)).1
    #expect(page.contains("default-src 'none'"))
    #expect(page.contains(#"<script type="module" nonce="\#(nonce)">"#))
    #expect(!page.contains("{{"))
    #expect(!page.contains("\nimport "))
    #expect(!page.contains("\nexport "))
    // Nothing is loaded from elsewhere: no address stands in it but those of namespaces.
    #expect(page.matches(of: /(?:src|href)="([^"]*)"/).map { String($0.1) } == ["data:,"])
    let again = try TemporaryFolder.text(
      try PageFile.write([SampleRow.result()], beside: "\(folder.path)/r"))
    #expect(!again.contains(nonce), "a nonce is used once")
  }

  @Test func `markup in a name stays text`() throws {
    var result = SampleRow.result()
    let name = "</script><script>alert(1)</script><!--"
    result.pods[0].name = name
    result.parameters.manifest = name
    let path = try PageFile.write([result], beside: "\(folder.path)/r")
    let page = try TemporaryFolder.text(path)
    #expect(!page.contains("alert(1)</script>"))
    #expect(!page.contains("<script>alert"))
    guard case .object(let root) = try data(of: page), case .list(let list)? = root["documents"],
      case .object(let document)? = list.first, case .object(let row)? = document["result"],
      case .list(let pods)? = row["pods"], case .object(let pod)? = pods.first
    else {
      Issue.record("no pod in the page")
      return
    }
    #expect(pod["name"] == .string(name))
  }

  @Test func `nine rows with 2,000 failures each stay below 3 MB`() throws {
    var results: [RowResult] = []
    for row in Row.all {
      var result = SampleRow.result(row.name, failures: 2000)
      result.pods = (0..<33).map { number in
        var pod = result.pods[0]
        pod.name = "calc-1-\(number)"
        return pod
      }
      results.append(result)
    }
    let path = try PageFile.write(results, beside: "\(folder.path)/r")
    let size = try Files.bytes(of: path).count
    #expect(size < 3_000_000, "\(size)")
  }

  @Test func `all results that are there are shown, rehearsal and cluster`() throws {
    try write(SampleRow.result("4"), to: "rehearsal")
    try write(SampleRow.result("3"), to: "rehearsal")
    var cluster = SampleRow.result("4")
    cluster.origin = .cluster
    try write(cluster, to: "cluster")
    try folder.write("{}", to: "rehearsal/summary.json")
    let recorded = RecordedResults(
      folders: ["rehearsal", "cluster", "absent"].map { "\(folder.path)/\($0)" })
    #expect(recorded.documents.map(\.row) == ["3", "4", "4"])
    #expect(recorded.documents.map(\.origin) == [.rehearsal, .rehearsal, .cluster])
    #expect(recorded.problems == [])
  }

  @Test func `a file that is no result is named with the reason, and the rest is shown`() throws {
    try write(SampleRow.result("4"), to: "r")
    let whole = try TemporaryFolder.text("\(folder.path)/r/4.json")
    try folder.write(String(whole.prefix(whole.count / 2)), to: "r/half.json")
    try folder.write("", to: "r/empty.json")
    try folder.write(#"{"hello":"world"}"#, to: "r/foreign.json")
    try folder.write("[1, 2]", to: "r/list.json")
    try folder.write(
      whole.replacing(#""schema" : 2"#, with: #""schema" : 99"#), to: "r/newer.json")
    try folder.write(
      whole.replacing(#""refused""#, with: #""lost in space""#), to: "r/strange.json")
    try folder.write(whole, to: "r/twice.json")
    let page = "\(folder.path)/all.html"
    let shown = try PageFile.write(page, from: ["\(folder.path)/r"])
    #expect(shown.rows == 1)
    #expect(
      shown.problems.map { $0.replacing("\(folder.path)/r/", with: "") } == [
        "empty.json: it is empty",
        "foreign.json: it is JSON, but not the result of a row",
        "half.json: it is no whole JSON document: half-written, or something else",
        "list.json: it is JSON, but not the result of a row",
        "newer.json: its schema is 99; schemas 1 to 2 are read",
        "strange.json: it says that it is row 4, and lacks a part of a result or has a wrong one",
        "twice.json: 4.json holds row 4 of the rehearsal already",
      ])
    #expect(try TemporaryFolder.text(page).contains("half-written"))
  }

  @Test func `a result of schema 1 is shown`() throws {
    var old = SampleRow.result()
    (old.schema, old.failures, old.spans, old.series) = (1, nil, nil, nil)
    try write(old, to: "r")
    let recorded = RecordedResults(folders: ["\(folder.path)/r"])
    #expect(recorded.documents.count == 1)
    #expect(recorded.problems == [])
  }
}
