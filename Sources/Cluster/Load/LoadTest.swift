import Comparison
import Shared

/// `make k8s-load-test`: the talk's load, from inside the cluster.
struct LoadTest: ClusterCommand {
  private let environment: [String]
  private var namespace: String?
  private var url = "http://calc"
  private var users = 500
  private var seconds = 120
  private var reuses = false

  init(environment: [String]) { self.environment = environment }

  static let syntax = CommandSyntax<LoadTest>(
    Subcommand.loadTest.rawValue, "the talk's load, from inside the cluster",
    options: [
      Option(
        "url", "http://calc", "where requests go (default http://calc, the Service)",
        allowed: "http://… or https://…",
        read: { $0.hasPrefix("http://") || $0.hasPrefix("https://") ? $0 : nil }, to: \.url),
      .number("vus", "500", "users that send at a time (default 500)", 1...5000, to: \.users),
      Option(
        "duration", "90s", "how long they send (default 2m)", allowed: "1s to 1h, as 90s or 2m",
        read: seconds, to: \.seconds),
      .flag(
        "REUSE", "users keep their connections (default a connection per request)", to: \.reuses),
      .namespace(to: \.namespace),
    ])

  /// `90s` or `2m`, in seconds; nil for anything else.
  static func seconds(_ text: String) -> Int? {
    guard let unit = text.last, let number = Int(text.dropLast()), number > 0, text.first != "+"
    else { return nil }
    let factors: [Character: Int] = ["s": 1, "m": 60, "h": 3600]
    guard let factor = factors[unit], number <= 3600 / factor else { return nil }
    return number * factor
  }

  /// - Returns: 0 when the figures can be believed, whatever they are.
  /// - Throws: `Refusal`; nothing of it is left in the cluster then.
  func run() async throws(Refusal) -> Int32 {
    let template = try LoadTemplate()
    let kubectl = try await Kubectl(environment: environment, namespace: namespace)
    let door: Door = url.hasPrefix("https:") ? .http2 : .tcp
    var job = LoadJob(
      door: door, kind: reuses ? .keepalive : .fresh, url: url, users: users,
      duration: "\(seconds)s",
      deadline: seconds + 300)
    Say.line(
      "sends \(job.usersEach * job.pods) users' requests to \(url) for \(seconds) s, from \(job.pods.of("pod")) in namespace \(kubectl.namespace) of context \(kubectl.context)"
    )
    if url == "http://calc" { try await requireService(kubectl) }

    var clock = ClockOffset()
    // The first try may have to fetch the image, on each node; the last one has it.
    for lead in [15, 30, 60] {
      var load = LoadRun(kubectl: kubectl, template: template, name: LoadRun.newName("t"), jobs: [])
      do throws(Refusal) {
        // By its time stamp the cluster's clock is known, by which the Jobs are to start.
        try await load.prepare(&clock)
        job.startAt = Int(WallTime.now + clock.seconds) + lead
        load.jobs = [job]
        try await load.begin(&clock)
        try await load.awaitStart()
        let logs =
          WallTime.now + clock.seconds + 1 < Double(job.startAt ?? 0) ? try await finish(load) : nil
        try await load.end()
        if let logs { return Self.report(logs, seconds: seconds) }
        Say.line("  some pods came too late to start together with the others: once more")
      } catch {
        await load.abandon()
        throw error.status == 130
          ? Refusal(
            message: "interrupted: nothing was counted, nothing is left in the cluster", status: 130
          ) : error
      }
    }
    throw Refusal(
      message:
        "the load's pods did not start together in three tries: are there nodes enough for \(job.pods)?",
      status: 75)
  }

  private func requireService(_ kubectl: Kubectl) async throws(Refusal) {
    let found = try await kubectl("get", "service/calc", "--ignore-not-found", "-o", "name")
    guard found.isEmpty else { return }
    throw .missing(
      "nothing is deployed in namespace \(kubectl.namespace) of context \(kubectl.context): make k8s-deploy v=4 comes first"
    )
  }

  /// Waits until all k6 have come to their end, and takes what they wrote.
  private func finish(_ load: LoadRun) async throws(Refusal) -> [LoadLog] {
    let began = MonotonicTime.now
    let end = began + .seconds(seconds + 120)
    var said = began
    while true {
      let pods = try await load.pods()
      if pods.allSatisfy({ $0.container?.state?.terminated != nil }) {
        return try await load.logs()
      }
      guard MonotonicTime.now < end else {
        throw Refusal(
          message: "the load has not ended \(120) s after its time was over", status: 75)
      }
      if MonotonicTime.now - said > .seconds(10) {
        said = .now
        let elapsed = min(seconds, Int((said - began) / .seconds(1)))
        Say.line(
          "  \(elapsed) of \(seconds) s: \(pods.count { $0.container?.state?.running != nil }) of \(pods.count) pods send"
        )
      }
      do { try await Task.sleep(for: .seconds(2)) } catch { throw .interrupted }
    }
  }

  private static func report(_ logs: [LoadLog], seconds: Int) -> Int32 {
    let sum = LoadSum(logs)
    Say.lines([""] + sum.lines + [""])
    for complaint in sum.complaints { Say.error(complaint) }
    return sum.complaints.isEmpty ? 0 : 1
  }
}

/// What several k6 have seen together.
struct LoadSum: Equatable, Sendable {
  private(set) var counts = Counts()
  private(set) var latency = LatencyHistogram()
  /// Why the figures cannot be believed; empty when they can.
  private(set) var complaints: [String] = []

  /// - Parameter mustBeWhole: whether each k6 was to come to its own end.
  init(_ logs: [LoadLog], mustBeWhole: Bool = true) {
    var always = PhaseSpans()
    always.begin(.steady, at: 0)
    for log in logs { log.count(in: always, to: &counts, &latency) }
    complaints = Self.complaints(logs, mustBeWhole: mustBeWhole)
  }

  static func complaints(_ logs: [LoadLog], mustBeWhole: Bool) -> [String] {
    var complaints: [String] = []
    let cut = logs.filter { mustBeWhole && !$0.isWhole }
    if let one = cut.first {
      complaints.append(
        "\(cut.count.of("k6", "k6")) did not come to an end: \(one.lastWords ?? "it does not say why")"
      )
    }
    if logs.isEmpty { complaints.append("no k6 has written anything") }
    let missing = logs.reduce(0) { $0 + $1.missingLines }
    if missing > 0 {
      complaints.append(
        "the logs of k6 were cut: \(missing.of("failure")) are counted in them and not there")
    }
    let own = logs.reduce(0) { $0 + $1.ownFailures }
    if own > 0 {
      let example = logs.flatMap(\.failures).first { $0.outcome == nil }?.why ?? ""
      complaints.append(
        "\(own.of("request")) failed for want of something on k6's own side (\(example))")
    }
    let late = logs.filter { ($0.late ?? 0) > 1 }
    if !late.isEmpty {
      complaints.append("\(late.count.of("k6", "k6")) started more than a second after the others")
    }
    return complaints
  }

  /// A table by door and kind of client, with the classes of failure that occurred.
  var doorLines: [String] {
    let outcomes = Outcome.failures.filter { outcome in counts.sum { $0 == outcome } > 0 }
    var table = Table(
      [("door", .left), ("kind", .left), ("sent", .right), ("failed", .right)]
        + outcomes.map { ($0.rawValue, .right) })
    for door in Door.allCases {
      for kind in Kind.allCases where counts.sum(nil, door, kind) > 0 {
        let sums = [counts.sum(nil, door, kind), counts.sum(nil, door, kind) { $0 != .ok }]
        let classes = outcomes.map { outcome in counts.sum(nil, door, kind) { $0 == outcome } }
        table.add([door.rawValue, kind.rawValue] + (sums + classes).map(\.grouped))
      }
    }
    return table.lines()
  }

  /// A table by outcome, and how long answers took.
  var lines: [String] {
    var table = Table([("outcome", .left), ("requests", .right), ("share", .right)])
    func share(_ count: Int) -> String {
      counts.sent == 0 ? "–" : "\((Double(count) * 100 / Double(counts.sent)).fixed(2)) %"
    }
    for outcome in Outcome.allCases {
      let count = counts.sum { $0 == outcome }
      if count > 0 || outcome == .ok { table.add([outcome.rawValue, count.grouped, share(count)]) }
    }
    table.add(["failed", counts.failed.grouped, share(counts.failed)])
    table.add(["sent", counts.sent.grouped, ""])
    let times = latency.summary
    return table.lines()
      + [
        "",
        "answered in ms: p50 \(times.p50.fixed(0)), p90 \(times.p90.fixed(0)), p99 \(times.p99.fixed(0)), max \(times.max.fixed(0))",
      ]
  }
}
