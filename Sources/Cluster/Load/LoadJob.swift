import Comparison

/// k6 in the cluster: an indexed Job whose pods send requests of one kind through one door. What k6
/// does about connections and protocols holds for a whole process, so each door and kind has a Job
/// of its own.
struct LoadJob: Equatable, Sendable {
  /// More users than this in one pod, and its one address runs out of ports: some 500 new
  /// connections a second do it.
  static let usersPerPod = 50
  /// The label that all objects of one run carry, so that they can be found and deleted together.
  static let runLabel = "calc-load/run"
  /// With which the Job's controller marks its pods.
  static let label = "batch.kubernetes.io/job-name"

  var door: Door
  var kind: ClientKind
  var url: String
  var users: Int
  /// `20s`, `2m`.
  var duration: String
  /// Seconds that one line of a user stands for.
  var report = 10
  /// Seconds since 1970 by the cluster's clock; nil to start at once.
  var startAt: Int?
  /// Seconds after which the cluster ends it, whatever becomes of the harness.
  var deadline: Int

  /// At least so many pods, to have one behind each of several nodes' proxies.
  var spread = 1

  var pods: Int { max(min(spread, users), (users + Self.usersPerPod - 1) / Self.usersPerPod) }
  /// All pods have the same number.
  var usersEach: Int { (users + pods - 1) / pods }

  func name(_ run: String) -> String { "calc-load-\(run)-\(door.rawValue)-\(kind.rawValue)" }

  /// What the ids of this Job begin with, before the number of the pod.
  func prefix(_ run: String) -> String { "\(run)-\(door.rawValue)-\(kind.rawValue)" }

  private func environment(_ run: String) -> [(name: String, value: String)] {
    var environment = [
      ("CALC_URL", url), ("VUS", "\(usersEach)"), ("DURATION", duration),
      ("REUSE", kind == .keepalive ? "1" : "0"), ("RUN", prefix(run)),
      ("DOOR", door.rawValue), ("REPORT", "\(report)"), ("START_AT", "\(startAt ?? 0)"),
      // It looks for extensions and newer versions of itself on the internet otherwise.
      ("K6_AUTO_EXTENSION_RESOLUTION", "false"),
    ]
    // Go offers HTTP/2 wherever there is TLS, unless told otherwise.
    if door == .https { environment.append(("GODEBUG", "http2client=0")) }
    return environment
  }

  /// The manifest with this Job's name, numbers and environment.
  func manifest(_ template: JSONValue, run: String, script: String) -> JSONValue {
    var job = template
    job["metadata"]["name"] = .string(name(run))
    job["metadata"]["labels"][Self.runLabel] = .string(run)
    job["spec"]["completions"] = .number(pods)
    job["spec"]["parallelism"] = .number(pods)
    job["spec"]["activeDeadlineSeconds"] = .number(deadline)
    job["spec"]["template"]["metadata"]["labels"][Self.runLabel] = .string(run)
    var pod = job["spec"]["template"]["spec"]
    var containers = pod["containers"].elements
    for index in containers.indices {
      let own = environment(run)
      let kept = containers[index]["env"].elements.filter { variable in
        !own.contains { $0.name == variable["name"].text }
      }
      containers[index]["env"] = .list(
        kept + own.map { .object(["name": .string($0.name), "value": .string($0.value)]) })
    }
    pod["containers"] = .list(containers)
    var volumes = pod["volumes"].elements
    for index in volumes.indices where volumes[index]["configMap"] != .null {
      volumes[index]["configMap"]["name"] = .string(script)
    }
    pod["volumes"] = .list(volumes)
    job["spec"]["template"]["spec"] = pod
    return job
  }

  /// The clients split evenly over doors and kinds; the first ones get what is left over.
  static func split(clients: Int, doors: [Door], kinds: [ClientKind]) -> [(
    door: Door, kind: ClientKind, users: Int
  )] {
    let groups = doors.flatMap { door in kinds.map { (door, $0) } }
    return groups.enumerated().map { index, group in
      (group.0, group.1, clients / groups.count + (index < clients % groups.count ? 1 : 0))
    }
  }
}
