import Testing

@testable import Comparison
@testable import TestSupport

struct ResultSchemaTests {
  private func result() -> RowResult {
    var result = RowResult(row: "6", parameters: Parameters())
    result.began = "2026-11-27T19:10:00Z"
    result.commit = "adad8354976b-dirty"
    result.spans = [PhaseSpan(phase: .deploy, start: 1.5, complete: 30)]
    result.loadEnd = 60
    result.counts.add(.deploy, .tcp, .fresh, .wrongAnswer)
    var series = RequestSeries()
    series.add(.tcp, .fresh, at: .milliseconds(450), isFailed: true)
    result.series = series
    var pod = PodTimeline(name: "p", address: "127.1.0.1")
    (pod.deletion, pod.sigterm, pod.lost) = (2, 7, 1)
    result.pods = [pod]
    result.failures = [
      FailedRequest(
        sent: 7.5, took: 0.1, phase: .deploy, door: .tcp, kind: .fresh, outcome: .eof, id: "6-0-1",
        at: pod)
    ]
    result.failuresDropped = 0
    result.audit = Audit()
    result.audit?.lostElsewhere = 1
    result.audit?.lostInPhases = ["deploy": 1]
    return Verdict.judge([result])[0]
  }

  private func errors(_ change: (String) -> String = { $0 }) throws -> [String] {
    let text = String(decoding: try ResultFile.encode(result()), as: UTF8.self)
    return try JSONSchema.result().errors(JSONDocument(Array(change(text).utf8)))
  }

  @Test func `a result with everything in it is as the schema says`() throws {
    #expect(try errors() == [])
  }

  @Test func `a result of a cluster before schema 2 is read, and is as the schema says`() throws {
    var old = RowResult(row: "3", parameters: Parameters())
    (old.schema, old.origin) = (1, .cluster)
    old = Verdict.judge([old])[0]
    let bytes = try ResultFile.encode(old)
    #expect(try JSONSchema.result().errors(JSONDocument(bytes)) == [])
    #expect(try JSONDecoder().decode(RowResult.self, from: Data(bytes)) == old)
  }

  @Test(arguments: [
    ("\"row\" : \"6\"", "\"row\" : \"Six\"", "/row: 'Six' is of another form"),
    ("\"row\" : \"6\"", "\"rows\" : \"6\"", "/row: is missing"),
    ("\"row\" : \"6\"", "\"rows\" : \"6\"", "/rows: is not known"),
    ("\"n\" : 1", "\"n\" : -1", "/counts/0/n: is too small"),
    ("\"n\" : 1", "\"n\" : 1.5", "/counts/0/n: is no integer"),
    ("\"n\" : 1", "\"n\" : true", "/counts/0/n: is no integer"),
    ("wrong_answer", "wrong", "/counts/0/outcome: is none of the values"),
    ("2026-11-27T", "27 Nov 2026 ", "/began: '27 Nov 2026 19:10:00Z' is of another form"),
    ("\"step_ms\" : 200", "\"step_ms\" : 100", "/series/step_ms: is not number(200.0)"),
  ])
  func `what is not as the schema says is found`(old: String, new: String, error: String) throws {
    #expect(try errors { $0.replacing(old, with: new) }.contains(error))
  }

  @Test func `a keyword that the validator does not know is an error`() throws {
    let schema = JSONSchema(root: .object(["maxLength": .number(1)]))
    #expect(schema.errors(.string("long")) == [": no keyword maxLength"])
  }
}
