import Testing

@testable import Comparison
@testable import Rehearsal

struct OptionsTests {
  private func parse(_ words: String...) throws(CommandError) -> Options {
    try Options.parse(words, executables: "bin")
  }

  private func refusal(_ words: [String]) -> String? {
    do {
      _ = try Options.parse(words, executables: "bin")
      return nil
    } catch {
      #expect(error.status == .usage)
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
    #expect(options.hang == nil)
    #expect((options.balancer, options.kubernetes, options.keep) == (.service, .newest, 100))
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
      "executables=e", "results=r")
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
    #expect(options.sharesAddress && options.isPlain)
    #expect((options.manifests, options.executables, options.results) == ("m", "e", "r"))
    #expect(try parse("v=4").rows.map(\.name) == ["4"])
    #expect(try parse("phases=deploy").phases == [.deploy])
  }

  @Test(arguments: [
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
      """
      rehearse takes no x=; it takes v= rows= graceful= clients= keep= phases= door= kind= seed= \
      replicas= start= gone= hang= prestop= grace= kubernetes= ports= lag= jitter= balancer= \
      balancer-lag= influx= influx-fault= plain= manifests= executables= results= logs= junit= page=
      """
    ),
  ]) func `what is wrong is refused in one line that says what is allowed`(
    words: [String], message: String
  ) {
    #expect(refusal(words) == message)
  }

  @Test func `lag or jitter replace the proxies' syncs`() throws {
    #expect(try parse().proxyLag == .kubeProxy(.newest))
    #expect(try parse("lag=50ms").proxyLag == .fixed(lag: .milliseconds(50), jitter: .zero))
    #expect(try parse("jitter=1s").proxyLag == .fixed(lag: .milliseconds(100), jitter: .seconds(1)))
  }

  @Test(arguments: [
    (
      ["influx-fault=reset", "phases=steady"],
      "influx-fault= is played during the phase deploy, which phases= leaves out"
    ),
    (
      ["phases=steady scale-down"],
      "phases=: scale-down takes away what scale-up adds, and phases= leaves that out"
    ),
    (["influx-fault=503", "v=5"], "influx-fault= goes with rows that log operations: 6 6g 7 7g"),
    (["influx=http://a", "rows=3 5"], "influx= goes with rows that log operations: 6 6g 7 7g"),
    (["influx-fault=down"], "influx-fault=down: influx-fault= takes \(InfluxFault.allowed)"),
    (
      ["influx=https://a"],
      "influx=https://a: influx= takes an http:// URL; for https put a TLS proxy in front"
    ),
  ])
  func `what contradicts itself is refused`(words: [String], message: String) {
    let refusal = #expect(throws: CommandError.self) {
      try Options.parse(words, executables: "bin")
    }
    #expect(refusal?.message == message)
  }

  @Test func `what is modelled can be chosen`() throws {
    let options = try parse(
      "balancer=endpoints", "balancer-lag=0.5s", "kubernetes=1.33", "keep=0", "prestop=0",
      "grace=7")
    #expect((options.balancer, options.balancerLag) == (.endpoints, .milliseconds(500)))
    #expect(options.proxyLag == .kubeProxy(KubernetesVersion(minor: 33)))
    #expect(options.keep == nil)
    #expect((options.preStop, options.grace) == (0, 7))
  }

  @Test(arguments: [
    (
      "balancer-lag=1s",
      "balancer-lag= goes with balancer=endpoints; the Service's has the proxies' lag"
    ),
    ("kubernetes=1.29", "kubernetes=1.29: kubernetes= takes 1.30 to 1.36"),
    ("kubernetes=2.0", "kubernetes=2.0: kubernetes= takes 1.30 to 1.36"),
    ("balancer=f5", "balancer=f5: balancer= takes service or endpoints"),
  ])
  func `what is not modelled is refused`(word: String, message: String) {
    #expect(refusal([word]) == message)
  }

  @Test func `an InfluxDB and its fault are taken`() throws {
    let options = try Options.parse(
      ["influx=http://127.0.0.1:8086", "influx-fault=slow:5s"], executables: "bin")
    #expect(options.influx?.authority == "127.0.0.1:8086")
    #expect(options.influxFault == .slow(.seconds(5)))
  }
}
