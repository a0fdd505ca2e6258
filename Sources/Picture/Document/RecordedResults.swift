import Comparison

/// The results that lie in folders: those that can be shown, and why the others cannot.
struct RecordedResults: Sendable {
  private(set) var documents: [PageDocument] = []
  private(set) var problems: [PageData.Problem] = []

  /// Reads all `*.json` of each folder, in the order of the rows. A folder that is not there is
  /// empty.
  init(folders: [String]) {
    for folder in folders {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      // The summary repeats what the others hold.
      let files = names.filter { $0.hasSuffix(".json") && $0 != "summary.json" }
      for name in files.sorted(by: Self.precedes) { read("\(folder)/\(name)") }
    }
  }

  private static func precedes(_ one: String, _ other: String) -> Bool {
    func rank(_ name: String) -> Int {
      Row.all.firstIndex { "\($0.name).json" == name } ?? Row.all.count
    }
    return (rank(one), one) < (rank(other), other)
  }

  private mutating func read(_ path: String) {
    do throws(CommandError) {
      let result = try ResultFile.read(path)
      if let same = documents.first(where: { $0.row == result.row && $0.origin == result.origin }) {
        let named = "row \(result.row) of the \(result.origin.rawValue)"
        problems.append(.init(file: path, why: "\(same.file ?? "") holds \(named) already"))
      } else {
        documents.append(PageDocument(result, file: path))
      }
    } catch {
      problems.append(.init(file: path, why: Self.reason(path) ?? error.message))
    }
  }

  /// What kind of file it is, in place of a result; nil when it cannot even be read.
  private static func reason(_ path: String) -> String? {
    guard let bytes = try? Files.bytes(of: path) else { return nil }
    struct Head: Decodable {
      let schema: Int
      let row: String
    }
    struct Anything: Decodable {}
    if bytes.isEmpty { return "it is empty" }
    let decoder = JSONDecoder()
    if let head = try? decoder.decode(Head.self, from: Data(bytes)) {
      let known = RowResult.readable
      let schemas = "schemas \(known.lowerBound) to \(known.upperBound) are read"
      return known.contains(head.schema)
        ? "it says that it is row \(head.row), and lacks a part of a result or has a wrong one"
        : "its schema is \(head.schema); \(schemas)"
    }
    do {
      _ = try decoder.decode(Anything.self, from: Data(bytes))
      return "it is JSON, but not the result of a row"
    } catch DecodingError.dataCorrupted {
      return "it is no whole JSON document: half-written, or something else"
    } catch {
      return "it is JSON, but not the result of a row"
    }
  }
}
