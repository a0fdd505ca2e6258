import Comparison
import Libc
import Shared

/// Asks the probes and hooks of one subject's pods, each time on a connection of its own, or with a
/// process of its own. Belongs to its subject's loop.
final class Prober {
  private let deployment: Deployment
  private let command: PodCommand
  private let group: PodGroup
  private let client: Client
  private let version: KubernetesVersion
  /// What the last probe that failed was told: `readinessProbe: GET /health: 404 Not Found`.
  private(set) var complaint: String?
  /// The commands that run, and what waits for their exit codes.
  private var commands: [pid_t: Promise<Int32>] = [:]

  /// - Parameter version: whose kubelet it is.
  init(
    _ deployment: Deployment, _ command: PodCommand, group: PodGroup, _ version: KubernetesVersion
  ) {
    self.deployment = deployment
    self.command = command
    self.group = group
    self.version = version
    var timeouts = Client.Options()
    // Each attempt has a deadline of its own.
    timeouts.requestTimeout = .seconds(3600)
    timeouts.connectTimeout = .seconds(3600)
    client = Client(timeouts)
  }

  /// One attempt of a probe.
  /// - Parameter deadline: until then an answer counts.
  func isHealthy(
    _ kind: Probe.Kind, of pod: PodRun, before deadline: MonotonicTime,
    on loop: isolated EventLoop
  ) async -> Bool {
    switch spec(kind)?.handler {
    case nil: return false
    case .httpGet(let get):
      switch await answer(to: get, "kube-probe", at: pod.address, before: deadline, on: loop) {
      case .success(let status):
        // A redirect is not followed: the kubelet does that within the pod's address only.
        if (200..<400).contains(status.code) { return true }
        complaint = "\(kind)Probe: GET \(get.path): \(status)"
      case .failure(let error): complaint = "\(kind)Probe: GET \(get.path): \(error)"
      }
    case .tcpSocket(let port):
      do throws(ClientError) {
        try await ConnectAttempt.run(
          to: command.address(of: port, at: pod.address), before: deadline, on: loop)
        return true
      } catch {
        complaint = "\(kind)Probe: connection to port \(port): \(error)"
      }
    case .exec(let words):
      let code = await run(words, for: pod, before: deadline, on: loop)
      if code == 0 { return true }
      complaint = "\(kind)Probe: \(words[0]): " + (code.map { "exit \($0)" } ?? "timeout")
    }
    return false
  }

  /// The request of a `preStop` hook. What comes of it changes nothing.
  func ask(
    _ get: HTTPGet, of pod: PodRun, before deadline: MonotonicTime, on loop: isolated EventLoop
  ) async {
    _ = await answer(to: get, "kube-lifecycle", at: pod.address, before: deadline, on: loop)
  }

  /// The grace period of a container that a probe stops; nil for that of its pod.
  func grace(_ kind: Probe.Kind) -> Duration? {
    spec(kind)?.terminationGracePeriodSeconds.map { .seconds($0) }
  }

  /// A command has ended, if it is one of a probe.
  func exited(_ exit: PodExit) { commands.removeValue(forKey: exit.pid)?.fulfil(exit.code) }

  private func spec(_ kind: Probe.Kind) -> ProbeSpec? {
    switch kind {
    case .startup: deployment.startup
    case .readiness: deployment.readiness
    case .liveness: deployment.liveness
    }
  }

  /// - Parameter agent: what the kubelet calls itself unless the manifest says otherwise.
  private func answer(
    to get: HTTPGet, _ agent: String, at address: SocketAddress, before deadline: MonotonicTime,
    on loop: isolated EventLoop
  ) async -> Result<Status, ClientError> {
    var fields = Fields()
    for header in get.headers { fields.append(header.name, header.value) }
    if !fields.contains("User-Agent") { fields.append("User-Agent", "\(agent)/\(version.text)") }
    do throws(ClientError) {
      let response = try await client.send(
        Request(.get, get.path, fields: fields), to: command.address(of: get.port, at: address),
        reuse: false, before: deadline, on: loop)
      return .success(response.status)
    } catch {
      return .failure(error)
    }
  }

  /// - Returns: the exit code; nil when it could not be started, or took too long.
  private func run(
    _ words: [String], for pod: PodRun, before deadline: MonotonicTime, on loop: isolated EventLoop
  ) async -> Int32? {
    let words = command.probe(words, of: deployment, at: pod.address)
    guard let program = ExecutablePath.find(words[0]) else { return nil }
    let start = command.start(of: deployment, podName: pod.timeline.name, at: pod.address)
    guard
      let pid = try? group.run([program] + words.dropFirst(), environment: start.environment)
    else { return nil }
    let exit = Promise<Int32>()
    commands[pid] = exit
    let limit = Task {
      try await loop.sleep(for: deadline - .now)
      group.kill(pid)
    }
    let code = await exit.wait()
    limit.cancel()
    return MonotonicTime.now > deadline ? nil : code
  }
}
