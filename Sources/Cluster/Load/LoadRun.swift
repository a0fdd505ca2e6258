import Comparison
import Shared

/// One run of load in the cluster: its Jobs and the script, from their making to their end.
struct LoadRun: Sendable {
  /// The image may have to come first.
  static let startLimit = Duration.seconds(120)

  let kubectl: Kubectl
  let template: LoadTemplate
  /// In the names of all that it makes, and the first word of every id.
  let name: String
  var jobs: [LoadJob]

  private var configMap: String { "calc-load-\(name)" }
  private var selector: String { "\(LoadJob.runLabel)=\(name)" }

  /// A name that no other run has: the seconds since 1970 after a word of the caller's.
  static func newName(_ word: String) -> String {
    "\(word)-\(String(Int(WallTime.now.seconds), radix: 36))"
  }

  /// Makes the ConfigMap with the script.
  /// - Parameter clock: learns from the time stamp that the cluster puts on it.
  /// - Throws: `CommandError`; then some of it may be there, and `end` takes it away.
  func prepare(_ clock: inout ClockOffset) async throws(CommandError) {
    let map = JSONValue.object([
      "apiVersion": .string("v1"), "kind": .string("ConfigMap"),
      "metadata": .object([
        "name": .string(configMap),
        "labels": .object([
          LoadJob.runLabel: .string(name),
          "app.kubernetes.io/part-of": .string("graceful-shutdown"),
        ]),
      ]),
      "data": .object(["load-test.js": .string(template.script)]),
    ])
    try await apply([map], &clock)
  }

  /// Makes the Jobs.
  func begin(_ clock: inout ClockOffset) async throws(CommandError) {
    try await apply(
      jobs.map { $0.manifest(template.manifest, run: name, script: configMap) }, &clock)
  }

  private func apply(_ objects: [JSONValue], _ clock: inout ClockOffset) async throws(CommandError)
  {
    let list = JSONValue.object([
      "apiVersion": .string("v1"), "kind": .string("List"), "items": .list(objects),
    ])
    let called = WallTime.now.seconds
    // Not create: after an API server that was away in the middle it can be said again.
    let made = try await kubectl("apply", "-f", "-", "-o", "json", input: list.bytes())
    let answered = WallTime.now.seconds
    for stamp in Self.stamps(made) { clock.add(stamp: stamp, called: called, answered: answered) }
  }

  private static func stamps(_ answer: [UInt8]) -> [Double] {
    struct Item: Decodable { var metadata: ObjectMetadata }
    // Of one object kubectl prints the object, of several a list.
    struct List: Decodable { var items: [Item] }
    let decoder = JSONDecoder()
    let items =
      (try? decoder.decode(List.self, from: Data(answer)).items)
      ?? (try? decoder.decode(Item.self, from: Data(answer))).map { [$0] } ?? []
    return items.compactMap { $0.metadata.creationTimestamp.flatMap { KubernetesTime.seconds($0) } }
  }

  // MARK: While it runs

  func pods() async throws(CommandError) -> [PodObject] {
    let bytes = try await kubectl("get", "pods", "-l", selector, "-o", "json")
    do {
      return try JSONDecoder().decode(ObjectList<PodObject>.self, from: Data(bytes)).items
    } catch {
      throw .data("kubectl get pods: the answer is not the list that it should be")
    }
  }

  /// Waits until each k6 has been started.
  /// - Returns: their pods.
  /// - Throws: `CommandError` (75) with the reason when one does not start.
  func awaitStart(within limit: Duration = LoadRun.startLimit)
    async throws(CommandError) -> [PodObject]
  {
    let end = MonotonicTime.now + limit
    let wanted = jobs.reduce(0) { $0 + $1.pods }
    while true {
      let pods = try await pods()
      if pods.count >= wanted, pods.allSatisfy({ $0.isRunning || $0.hasEnded }) { return pods }
      guard MonotonicTime.now < end else {
        let reason = try await reason(pods, wanted: wanted)
        throw CommandError(
          .temporary, "the load has not started after \(limit.components.seconds) s: \(reason)")
      }
      if let trouble = pods.compactMap(\.trouble).first(where: {
        $0.hasPrefix("ImagePullBackOff") || $0.hasPrefix("InvalidImageName")
      }) {
        throw CommandError(
          .temporary,
          "the load cannot start: \(trouble); the nodes need the image of "
            + "\(LoadTemplate.manifestPath)"
        )
      }
      do { try await Task.sleep(for: kubectl.pause) } catch { throw .interrupted }
    }
  }

  private func reason(_ pods: [PodObject], wanted: Int) async throws(CommandError) -> String {
    if let trouble = pods.compactMap(\.trouble).first { return trouble }
    guard pods.count < wanted else { return "\(wanted) pods are there, and not all of them run" }
    let missing = jobs.first { job in
      pods.count { $0.metadata.labels?[LoadJob.label] == job.name(name) } < job.pods
    }
    let selector = "type=Warning,involvedObject.name=\(missing?.name(name) ?? "")"
    let message = try await kubectl(
      "get", "events", "--field-selector", selector, "-o", "jsonpath={.items[-1:].message}")
    let text = String(decoding: message, as: UTF8.self).trimmed
    return "\(pods.count) of \(wanted) pods are there\(text.isEmpty ? "" : ": \(text)")"
  }

  /// Which k6 a pod is; nil for a pod that is none of the Jobs'.
  func place(of pod: PodObject) -> (job: LoadJob, index: Int)? {
    let index = pod.metadata.annotations?["batch.kubernetes.io/job-completion-index"]
    guard let job = jobs.first(where: { pod.metadata.labels?[LoadJob.label] == $0.name(name) }),
      let index = index.flatMap({ Int($0) })
    else { return nil }
    return (job, index)
  }

  /// What became of the k6 that are not as they should be; empty when all are.
  /// - Parameters:
  ///   - pods: as they are now.
  ///   - mustRun: none may have ended; else each has, without an error.
  func losses(_ pods: [PodObject], mustRun: Bool) -> [String] {
    jobs.flatMap { job in
      (0..<job.pods).compactMap { index -> String? in
        let own = pods.filter { pod in
          place(of: pod).map { $0.job == job && $0.index == index } ?? false
        }
        let name = "k6 \(job.door.rawValue)-\(job.kind.rawValue)-\(index)"
        guard let pod = own.first else { return "\(name) is gone" }
        if own.count > 1 { return "\(name) was replaced, so that its numbers began again" }
        if let reason = pod.status?.reason {
          return "\(name) ended: \(reason)\(pod.status?.message.map { ": \($0)" } ?? "")"
        }
        if let end = pod.container?.state?.terminated, mustRun || end.exitCode != 0 {
          return "\(name) ended with \(end.exitCode)\(end.reason.map { " (\($0))" } ?? "")"
        }
        return pod.isRunning == mustRun ? nil : "\(name) does not run"
      }
    }
  }

  // MARK: Its end

  /// Takes everything away and waits until the pods are gone.
  func end() async throws(CommandError) {
    try await kubectl(
      "delete", "jobs,configmaps", "-l", selector, "--cascade=foreground", "--wait=true",
      "--timeout=90s", within: .seconds(100))
  }

  /// Takes everything away after a failure or Ctrl-C, also in a task that was cancelled.
  func abandon() async {
    let (kubectl, selector) = (kubectl, selector)
    // A task of its own is not cancelled.
    await Task {
      _ = try? await kubectl(
        "delete", "jobs,configmaps", "-l", selector, "--cascade=background", "--wait=false",
        within: .seconds(20))
    }.value
  }
}
