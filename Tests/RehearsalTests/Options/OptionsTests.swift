import Testing

@testable import Comparison
@testable import Rehearsal

struct OptionsTests {
  private func parse(_ words: String...) throws(Refusal) -> Options {
    try Options.parse(words, executables: "bin")
  }

  private func refusal(_ words: [String]) -> String? {
    do {
      _ = try Options.parse(words, executables: "bin")
      return nil
    } catch {
      #expect(error.status == 64)
      #expect(!error.message.contains("\n"))
      return error.message
    }
  }

  @Test func `without words everything has its default`() throws {
    let options = try parse()
    #expect(options == Options(executables: "bin"))
    #expect(options.rows.map(\.name) == ["1", "2", "3", "4", "5", "6", "6g", "7", "7g"])
    #expect(options.clients == 40)
    #expect(
      options.lag == nil && options.jitter == nil && options.seed == nil && options.replicas == nil)
    #expect(options.gone == .milliseconds(200))
    #expect(options.hang == .seconds(3))
    #expect(options.phases == [.steady, .deploy, .scaleUp, .scaleDown])
    #expect(options.doors == [.tcp, .http])
    #expect(options.kinds == [.fresh, .keepalive])
    #expect(
      (options.manifests, options.executables, options.results) == (
        "k8s", "bin", "results/rehearsal"
      ))
  }

  @Test func `every option is taken`() throws {
    let options = try parse(
      "rows=3 4", "clients=500", "replicas=5", "lag=2s", "jitter=50ms", "gone=0.5s", "hang=0s",
      "phases=scale-up,deploy", "door=http",
      "kind=keepalive", "seed=18446744073709551615", "ports=1", "plain=1", "manifests=m",
      "executables=e", "results=r", "help=1")
    #expect(options.rows.map(\.name) == ["3", "4"])
    #expect(options.clients == 500)
    #expect(options.replicas == 5)
    #expect(options.lag == .seconds(2))
    #expect(options.jitter == .milliseconds(50))
    #expect(options.gone == .milliseconds(500))
    #expect(options.hang == .zero)
    #expect(options.phases == [.deploy, .scaleUp])
    #expect(options.doors == [.http])
    #expect(options.kinds == [.keepalive])
    #expect(options.seed == .max)
    #expect(options.sharesAddress && options.isPlain && options.wantsHelp)
    #expect((options.manifests, options.executables, options.results) == ("m", "e", "r"))
    #expect(try parse("v=4").rows.map(\.name) == ["4"])
    #expect(try parse("phases=deploy").phases == [.deploy])
  }

  @Test(arguments: [
    (["v=8"], "v=8: v= takes one of 1 2 3 4 5 6 6g 7 7g"),
    (["v="], "v=: v= takes one of 1 2 3 4 5 6 6g 7 7g"),
    (["rows=3 3"], "rows=3 3: rows= takes a list of 1 2 3 4 5 6 6g 7 7g"),
    (["rows="], "rows=: rows= takes a list of 1 2 3 4 5 6 6g 7 7g"),
    (["v=4", "rows=3 4"], "v= and rows= contradict each other; give one of them"),
    (["v=4", "v=4"], "v= is given twice"),
    (["clients=0"], "clients=0: clients= takes a whole number, 1 to 10000"),
    (["clients=+5"], "clients=+5: clients= takes a whole number, 1 to 10000"),
    (
      ["clients=99999999999999999999"],
      "clients=99999999999999999999: clients= takes a whole number, 1 to 10000"
    ),
    (["clients=3"], "clients=3: at least 4 are needed, one for each door (2) and kind (2)"),
    (["lag=2"], "lag=2: lag= takes a number with s or ms, such as 2s, 0.2s or 50ms, up to 600s"),
    (
      ["gone=-1s"],
      "gone=-1s: gone= takes a number with s or ms, such as 2s, 0.2s or 50ms, up to 600s"
    ),
    (
      ["phases=deploy deploy"],
      "phases=deploy deploy: phases= takes a list of steady deploy scale-up scale-down"
    ),
    (
      ["phases=rollout"],
      "phases=rollout: phases= takes a list of steady deploy scale-up scale-down"
    ),
    (["door=udp"], "door=udp: door= takes tcp or http"),
    (["ports=yes"], "ports=yes: ports= takes 0 or 1"),
    (["results="], "results=: results= takes a folder"),
    (["verbose"], "'verbose' is not of the form option=value; help=1 lists the options"),
    (
      ["x=1"],
      "unknown option 'x'; allowed: v rows clients replicas lag jitter start gone hang phases door kind seed ports graceful influx influx-fault plain manifests executables results help"
    ),
  ]) func `what is wrong is refused in one line that says what is allowed`(
    words: [String], message: String
  ) {
    #expect(refusal(words) == message)
  }

  @Test func `lag or jitter replace the proxies' syncs`() throws {
    #expect(try parse().proxyLag == .kubeProxy)
    #expect(try parse("lag=50ms").proxyLag == .fixed(lag: .milliseconds(50), jitter: .zero))
    #expect(try parse("jitter=1s").proxyLag == .fixed(lag: .milliseconds(100), jitter: .seconds(1)))
  }

  @Test func `help lists every option on a line of its own`() {
    #expect(Options.help.count == Option.all.count + 3)
    for (option, line) in zip(Option.all, Options.help.dropFirst()) {
      #expect(line.hasPrefix("  \(option.name)="))
    }
    #expect(Options.help.allSatisfy { $0.count <= 100 })
  }

  @Test func `rows have distinct names and fit the headline`() {
    #expect(Set(Row.all.map(\.name)).count == Row.all.count)
    #expect(Row.all.allSatisfy { $0.news.count <= 30 && !$0.claims.isEmpty })
  }

  @Test(arguments: [
    (["v=6", "graceful=1"], ["6g"]), (["graceful=1", "rows=7 6"], ["7g", "6g"]),
    (["v=6", "graceful=0"], ["6"]),
  ])
  func `graceful=1 chooses the second acts`(words: [String], rows: [String]) throws {
    #expect(try Options.parse(words, executables: "bin").rows.map(\.name) == rows)
  }

  @Test(arguments: [
    (["graceful=1"], "graceful=1 goes with v=6 or v=7; row 6g and 7g are run without it, too"),
    (["graceful=1", "v=5"], "graceful=1: row 5 has no such act; v=6 and v=7 have"),
    (["v=6g", "graceful=1"], "graceful=1: row 6g has no such act; v=6 and v=7 have"),
    (
      ["influx-fault=reset", "phases=steady"],
      "influx-fault= is played during the phase deploy, which phases= leaves out"
    ),
    (
      ["phases=steady scale-down"],
      "phases=: scale-down takes away what scale-up adds, and phases= leaves that out"
    ),
    (["influx-fault=down"], "influx-fault=down: influx-fault= takes \(InfluxFault.allowed)"),
    (
      ["influx=https://a"],
      "influx=https://a: influx= takes an http:// URL; for https put a TLS proxy in front"
    ),
  ])
  func `what contradicts itself is refused`(words: [String], message: String) {
    let refusal = #expect(throws: Refusal.self) { try Options.parse(words, executables: "bin") }
    #expect(refusal?.message == message)
  }

  @Test func `an InfluxDB and its fault are taken`() throws {
    let options = try Options.parse(
      ["influx=http://127.0.0.1:8086", "influx-fault=slow:5s"], executables: "bin")
    #expect(options.influx?.authority == "127.0.0.1:8086")
    #expect(options.influxFault == .slow(.seconds(5)))
  }
}
