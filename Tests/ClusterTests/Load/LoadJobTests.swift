import Testing

@testable import Cluster
@testable import Comparison

struct LoadJobTests {
  private func template() throws -> JSONValue { try LoadTemplate().manifest }

  private func variables(_ job: JSONValue) -> [String: String] {
    let list = job["spec"]["template"]["spec"]["containers"].elements[0]["env"].elements
    return Dictionary(
      uniqueKeysWithValues: list.map { ($0["name"].text ?? "", $0["value"].text ?? "") })
  }

  @Test func `500 users are ten pods with fifty each`() {
    let job = LoadJob(
      door: .tcp, kind: .fresh, url: "http://calc", users: 500, duration: "120s", deadline: 420)
    #expect((job.pods, job.usersEach) == (10, 50))
  }

  @Test func `the manifest gets name, numbers and environment, and keeps the rest`() throws {
    let job = LoadJob(
      door: .https, kind: .keepalive, url: "https://calc-edge", users: 75, duration: "90s",
      deadline: 300)
    let template = try template()
    let manifest = job.manifest(template, run: "6g-abc", script: "calc-load-6g-abc")
    #expect(manifest["metadata"]["name"] == .string("calc-load-6g-abc-https-keepalive"))
    #expect(manifest["metadata"]["labels"]["calc-load/run"] == .string("6g-abc"))
    #expect(manifest["metadata"]["labels"]["app"] == .string("calc-load"))
    #expect(manifest["spec"]["completions"] == .number(2))
    #expect(manifest["spec"]["parallelism"] == .number(2))
    #expect(manifest["spec"]["activeDeadlineSeconds"] == .number(300))
    // One k6 that is lost takes none of the others with it.
    #expect(manifest["spec"]["completionMode"] == .string("Indexed"))
    #expect(manifest["spec"]["backoffLimitPerIndex"] == .number(0))
    #expect(manifest["spec"]["backoffLimit"] == .null)
    #expect(manifest["spec"]["maxFailedIndexes"] == .null)
    #expect(
      manifest["spec"]["template"]["metadata"]["labels"]["calc-load/run"] == .string("6g-abc"))
    let pod = manifest["spec"]["template"]["spec"]
    #expect(pod["volumes"].elements[0]["configMap"]["name"] == .string("calc-load-6g-abc"))
    #expect(pod["securityContext"] == template["spec"]["template"]["spec"]["securityContext"])
    let variables = variables(manifest)
    #expect(variables["CALC_URL"] == "https://calc-edge")
    #expect(variables["VUS"] == "38")
    #expect(variables["REUSE"] == "1")
    #expect(variables["RUN"] == "6g-abc-https-keepalive")
    #expect(variables["GODEBUG"] == "http2client=0")
    #expect(variables["POD"] != nil)
    #expect(variables.count == pod["containers"].elements[0]["env"].elements.count)
  }

  @Test(arguments: [Door.tcp, .http, .http2]) func `only HTTPS without HTTP/2 has to be told so`(
    door: Door
  ) throws {
    let job = LoadJob(
      door: door, kind: .fresh, url: "http://calc", users: 5, duration: "90s", deadline: 300)
    #expect(variables(job.manifest(try template(), run: "x", script: "x"))["GODEBUG"] == nil)
  }

  @Test func `names of pods stay within what a host name may have`() {
    for door in Door.allCases {
      let job = LoadJob(
        door: door, kind: .keepalive, url: "", users: 5000, duration: "1s", deadline: 1)
      #expect("\(job.name(LoadRun.newName("6g")))-99".utf8.count <= 57)
    }
  }

  @Test func `clients are split evenly, and the first groups get what is left`() {
    let groups = LoadJob.split(clients: 43, doors: Door.allCases, kinds: ClientKind.allCases)
    #expect(groups.map(\.users) == [6, 6, 6, 5, 5, 5, 5, 5])
    #expect(groups.map(\.door) == [.tcp, .tcp, .http, .http, .https, .https, .http2, .http2])
  }

  @Test func `the cluster's clock is known to within what its stamps say`() {
    var clock = ClockOffset()
    #expect(clock.seconds == 0)
    // Stamps are cut to the second: 1000 is anything up to 1001.
    clock.add(stamp: 1000, called: 990.0, answered: 990.2)
    #expect(abs(clock.seconds - 10.4) < 0.001 && abs(clock.error - 0.6) < 0.001)
    clock.add(stamp: 1001, called: 990.7, answered: 990.8)
    #expect(abs(clock.lower - 10.2) < 0.001 && abs(clock.upper - 11) < 0.001)
    // One that contradicts is not believed.
    clock.add(stamp: 2000, called: 991, answered: 991.1)
    #expect(abs(clock.lower - 10.2) < 0.001)
  }
}
