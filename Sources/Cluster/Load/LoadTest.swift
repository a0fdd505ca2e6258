import Comparison
import Shared

/// `make k8s-load-test`: the talk's load, from inside the cluster.
struct LoadTest: ClusterCommand {
  private let environment: [String]
  private var namespace: String?
  private var given: String?
  private var users = 500
  private var seconds = 120
  private var reuse: Bool?

  init(environment: [String]) { self.environment = environment }

  static let syntax = CommandSyntax<LoadTest>(
    Subcommand.loadTest.rawValue, "the talk's load, from inside the cluster",
    options: [
      Option(
        "url", "http://calc",
        "where requests go (default what set-calc-url set, else http://calc, the Service)",
        allowed: "http://… or https://…",
        read: { $0.hasPrefix("http://") || $0.hasPrefix("https://") ? $0 : nil }, to: \.given),
      .number("vus", "500", "users that send at a time (default 500)", 1...5000, to: \.users),
      Option(
        "duration", "90s", "how long they send (default 2m)", allowed: "1s to 1h, as 90s or 2m",
        read: seconds, to: \.seconds),
      Option(
        "REUSE", "1",
        "1: users keep their connections (default for https), 0: a connection per request",
        allowed: "0 or 1", read: OptionValue.flag, to: \.reuse),
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

  /// - Returns: 0 when the figures can be trusted, whatever they are.
  /// - Throws: `CommandError`; nothing of it is left in the cluster then.
  func run() async throws(CommandError) -> Int32 {
    let template = try LoadTemplate()
    let kubectl = try await Kubectl(environment: environment, namespace: namespace)
    let set = SetAddress.url(for: kubectl.place, environment)
    let url = given ?? set.flatMap { SetAddress.isLocal($0) ? nil : $0 } ?? "http://calc"
    let door: Door = url.hasPrefix("https:") ? .http2 : .tcp
    // The end of TLS is a load balancer: what counts handshakes is measured by fresh connections.
    let reuses = reuse ?? (door == .http2)
    let users = door == .http2 && !reuses && !Self.isEdge(url) ? min(users, Self.mostFresh) : users
    var job = LoadJob(
      door: door, kind: reuses ? .keepalive : .fresh, url: url, users: users,
      duration: "\(seconds)s",
      deadline: seconds + 300)
    Console.line(
      "sends \(job.usersEach * job.pods) users' requests to \(url) for \(seconds) s, from "
        + "\(job.pods.of("pod")) in namespace \(kubectl.namespace) of context \(kubectl.context)"
    )
    if given == nil, let set {
      Console.line(
        url == set
          ? "  the address is what make set-calc-url set; url=http://calc is the Service"
          : "  \(set), which make set-calc-url set, is this machine's: pods load the Service")
    }
    if reuse == nil, reuses {
      Console.line(
        "  over connections that users keep: a balancer takes so many TLS handshakes a second, "
          + "and REUSE=0 needs one for each request")
    }
    if users < self.users {
      Console.line(
        "  \(users) users instead of \(self.users): what balancer \(url) has is not known, and one "
          + "node takes 250 TLS handshakes a second")
    }
    // An account that may not list nodes can load all the same.
    let nodes = (try? await kubectl("get", "nodes", "-o", "name"))?.split(separator: 10).count
    let tracking = ConnectionTracking(
      users: reuses || nodes == nil ? 0 : users, seconds: seconds, nodes: nodes ?? 1)
    if url == "http://calc" { try await requireService(kubectl) }

    var clock = ClockOffset()
    // The first try may have to fetch the image, on each node; the last one has it.
    for lead in [15, 30, 60] {
      var load = LoadRun(kubectl: kubectl, template: template, name: LoadRun.newName("t"), jobs: [])
      do throws(CommandError) {
        // By its time stamp the cluster's clock is known, by which the Jobs are to start.
        try await load.prepare(&clock)
        job.startAt = Int(WallTime.now.seconds + clock.seconds) + lead
        load.jobs = [job]
        try await load.begin(&clock)
        let pods = try await load.awaitStart()
        let sum =
          WallTime.now.seconds + clock.seconds + 1 < Double(job.startAt ?? 0)
          ? try await finish(load, pods, clock) : nil
        try await load.end()
        if let sum { return Self.report(sum, by: template.image, tracking) }
        Console.line("  some pods came too late to start together with the others: once more")
      } catch {
        await load.abandon()
        throw error.status == .interrupted
          ? CommandError(
            .interrupted, "interrupted: nothing was counted, nothing is left in the cluster")
          : error
      }
    }
    throw CommandError(
      .temporary,
      "the load's pods did not start together in three tries: are there nodes enough for "
        + "\(job.pods)?"
    )
  }

  /// Users with a TLS handshake for each of 10 requests a second; a node of DigitalOcean's balancer
  /// takes 250 a second and closes the rest.
  private static let mostFresh = 25

  /// The talk's own edge, by its name in the cluster or its node port, has no such limit.
  private static func isEdge(_ url: String) -> Bool {
    let host = url.drop { $0 != "/" }.dropFirst(2).prefix { $0 != "/" }
    return host.hasSuffix(":30443") || host.prefix { $0 != "." && $0 != ":" } == "calc-edge"
  }

  private func requireService(_ kubectl: Kubectl) async throws(CommandError) {
    let found = try await kubectl("get", "service/calc", "--ignore-not-found", "-o", "name")
    guard found.isEmpty else { return }
    throw .unavailable(
      "nothing is deployed in namespace \(kubectl.namespace) of context \(kubectl.context): make "
        + "k8s-deploy v=4 comes first"
    )
  }

  /// Waits until all k6 have come to their end, and takes what they wrote.
  private func finish(_ load: LoadRun, _ pods: [PodObject], _ clock: ClockOffset)
    async throws(CommandError) -> LoadSum
  {
    let logs = LoadLogs(load, pods: pods, clock: clock)
    let ended = try await logs.following { () throws(CommandError) in
      let ended = try await awaitEnd(load)
      try await logs.readAgain()
      return ended
    }
    var sum = LoadSum(logs.all)
    sum.complaints += load.losses(ended, mustRun: false)
    return sum
  }

  private func awaitEnd(_ load: LoadRun) async throws(CommandError) -> [PodObject] {
    let began = MonotonicTime.now
    let end = began + .seconds(seconds + 120)
    var said = began
    while true {
      let pods = try await load.pods()
      if pods.allSatisfy(\.hasEnded) { return pods }
      guard MonotonicTime.now < end else {
        throw CommandError(.temporary, "the load has not ended \(120) s after its time was over")
      }
      if MonotonicTime.now - said > .seconds(10) {
        said = .now
        let elapsed = min(seconds, Int((said - began) / .seconds(1)))
        Console.line(
          "  \(elapsed) of \(seconds) s: \(pods.count(where: \.isRunning)) of \(pods.count) pods "
            + "send"
        )
      }
      do { try await Task.sleep(for: .seconds(2)) } catch { throw .interrupted }
    }
  }

  private static func report(_ sum: LoadSum, by k6: String, _ tracking: ConnectionTracking) -> Int32
  {
    Console.lines([""] + sum.lines + ["counted by \(k6)", ""])
    let timeouts = sum.counts.sum { $0 == .timeout }
    if let warning = tracking.warning(timeouts: timeouts) { Console.line(warning) }
    for complaint in sum.complaints { Console.error(complaint) }
    return sum.complaints.isEmpty ? 0 : 1
  }
}
