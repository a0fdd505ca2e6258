import Testing

@testable import Comparison

struct ResultFileTests {
  private var result: RowResult {
    var parameters = Parameters()
    parameters.replicas = 13
    parameters.seed = .max
    var result = RowResult(row: "4", parameters: parameters)
    result.counts.add(.deploy, .http, .fresh, .http503, 3)
    result.counts.add(.scaleUp, .tcp, .keepalive, .ok, 7)
    result.latency = LatencySummary(p50: 101, p90: 102.25, p99: 110, max: 130)
    result.audit = Audit()
    result.audit?.lost = 1
    var pod = PodTimeline(name: "calc-1", address: "127.1.0.1")
    pod.deletedIn = .scaleDown
    pod.deletion = 1.5
    pod.exit = 2.75
    pod.code = 0
    pod.cut = 0
    result.pods = [pod]
    result.harness.cpu = 0.5
    result.verdict = Verdict(of: result, claims: [.stillFails, .cutsFarLessThan("3")])
    return result
  }

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder =
      FileManager.default.temporaryDirectory.path + "/rehearsal-\(UInt64.random(in: 0...(.max)))"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  @Test func `what is written is read back`() throws {
    try withFolder { folder in
      let path = try ResultFile.write(result, to: folder + "/deep")
      #expect(path == "\(folder)/deep/4.json")
      #expect(try ResultFile.read(path) == result)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/deep") == ["4.json"])
      var other = result
      other.counts.add(.steady, .tcp, .fresh, .ok)
      _ = try ResultFile.write(other, to: folder + "/deep")
      #expect(try ResultFile.read(path) == other)
    }
  }

  @Test func `the document has the fields of the reference, in a stable order`() throws {
    let text = String(decoding: try ResultFile.encode(result), as: UTF8.self)
    #expect(text == String(decoding: try ResultFile.encode(result), as: UTF8.self))
    let keys = text.split(separator: "\n").filter { $0.hasPrefix("  \"") }.compactMap {
      $0.split(separator: "\"").dropFirst().first
    }
    #expect(
      keys == [
        "audit", "counts", "harness", "latency_ms", "parameters", "pods", "row", "schema", "stage",
        "verdict",
      ])
    for part in [
      "\"row\" : \"4\"", "\"schema\" : 2", "\"stage\" : \"rehearsal\"",
      "\"outcome\" : \"http_503\"", "\"phase\" : \"scale-up\"",
      "\"n\" : 3",
      "\"holds\" : true", "\"deleted_in\" : \"scale-down\"", "\"own_failures\" : 0",
      "\"seed\" : 18446744073709551615",
    ] {
      #expect(text.contains(part), "\(part)")
    }
  }

  @Test func `what is missing, no result, or cannot be written is refused with its path`() throws {
    try withFolder { folder in
      #expect(throws: CommandError.noInput("\(folder)/4.json: no such file")) {
        try ResultFile.read("\(folder)/4.json")
      }
      let path = try ResultFile.write(result, to: folder)
      try Data("{}".utf8).write(to: URL(fileURLWithPath: path))
      #expect(throws: CommandError.data("\(path): is not the result of a row")) {
        try ResultFile.read(path)
      }
      var other = result
      other.schema = 99
      _ = try ResultFile.write(other, to: folder)
      #expect(throws: CommandError.data("\(path): schema 99 is not 2")) {
        try ResultFile.read(path)
      }
      #expect(throws: CommandError.self) { try ResultFile.write(result, to: path) }
    }
  }

  @Test func `a row's manifest is looked for in its step's folder`() throws {
    try withFolder { folder in
      let row = try #require(Row.named("4"))
      #expect(throws: CommandError.noInput("\(folder)/v4/deployment.yaml: no such file")) {
        try ManifestFile(of: row, in: folder)
      }
      try FileManager.default.createDirectory(
        atPath: folder + "/v4", withIntermediateDirectories: true)
      try Data("a: &b".utf8).write(to: URL(fileURLWithPath: folder + "/v4/deployment.yaml"))
      let message = "\(folder)/v4/deployment.yaml:1: anchors are not supported"
      #expect(throws: CommandError.data(message)) {
        try ManifestFile(of: row, in: folder)
      }
    }
  }
}
