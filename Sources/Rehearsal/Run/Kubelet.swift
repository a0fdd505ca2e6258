import Comparison
import Libc
import Shared

/// What happens in the kubelet's hands, for the rest of Kubernetes to act on.
enum KubeletNews {
  /// A pod became ready, or not ready any more.
  case readiness(PodRun, isReady: Bool)
  /// No process of the pod runs, and none will start.
  case ended(PodRun)
}

/// The kubelet of one subject's pods: performs with real processes what `PodLifecycle` and the
/// probes decide, and knows nothing of Deployments or endpoints. Belongs to its subject's loop.
final class Kubelet {
  private let options: Options
  private let group: PodGroup
  private let launcher: PodLauncher
  private let prober: Prober
  private let hook: PreStopHook?
  private let relist: Relist
  private let start: MonotonicTime
  private var pods: [PodID: PodRun] = [:]
  private var exits: DescriptorReader?
  private var hasEnded = false
  /// What happened since the last call of `takeNews`.
  private var news: [KubeletNews] = []
  /// Called whenever there may be news, or something is due earlier than before.
  private let changed: () -> Void
  /// Why the harness, not the service, cannot go on.
  private(set) var failure: CommandError?

  /// - Parameters:
  ///   - environment: replaces what the manifest says.
  ///   - start: the instant that its times count from.
  ///   - relist: when it notices what containers do of their own accord.
  init(
    _ options: Options, _ deployment: Deployment, _ command: PodCommand, group: PodGroup,
    environment: [String: String], relist: Relist, start: MonotonicTime,
    changed: @escaping () -> Void
  ) {
    self.options = options
    launcher = PodLauncher(command, deployment, group: group, environment: environment)
    prober = Prober(deployment, command, group: group, options.kubernetes)
    hook = deployment.preStop
    self.group = group
    self.relist = relist
    self.start = start
    self.changed = changed
  }

  private var now: Duration { MonotonicTime.now - start }

  /// What the last probe that failed was told.
  var complaint: String? { prober.complaint }

  /// The next instant at which something of a pod is due.
  var nextDeadline: Duration? { pods.values.compactMap(\.nextDeadline).min() }

  func begin(on loop: isolated EventLoop) {
    exits = DescriptorReader.open(group.descriptor, on: loop) {
      [kubelet = LoopBound(self, on: loop)] _, loop in
      kubelet.get(on: loop).reap()
    }
  }

  func end(on loop: isolated EventLoop) {
    exits?.close(on: loop)
    hasEnded = true
  }

  /// The pod is to run on this node.
  func admit(_ pod: PodRun) {
    pods[pod.id] = pod
    pod.startDue = now + options.start
  }

  /// The pod is deleted.
  func delete(_ pod: PodRun, on loop: isolated EventLoop) {
    pod.health.podDeleted(at: now)
    perform(pod.lifecycle.delete(at: now), on: pod, loop)
  }

  /// Lets every pod act whose time has come, and tells what happened since the last call.
  func advance(on loop: isolated EventLoop) -> [KubeletNews] {
    for pod in pods.values.sorted(by: { $0.id < $1.id }) {
      if let due = pod.exitDue, due <= now { exited(pod, on: loop) }
      if let due = pod.startDue, due <= now {
        pod.startDue = nil
        perform(pod.lifecycle.create(at: now), on: pod, loop)
      }
      perform(pod.lifecycle.advance(to: now), on: pod, loop)
      apply(pod.health.notice(at: now), to: pod, on: loop)
      for attempt in pod.health.advance(to: now) { probe(pod, attempt, on: loop) }
    }
    return takeNews()
  }

  /// What happened since the last call, in order.
  func takeNews() -> [KubeletNews] {
    defer { news = [] }
    return news
  }

  private func reap() {
    for exit in group.takeExits() {
      prober.exited(exit)
      guard let pod = pods.values.first(where: { $0.process?.pid == exit.pid }) else { continue }
      let instant = exit.instant - start
      pod.process = nil
      pod.timeline.exit = instant / .seconds(1)
      pod.timeline.code = Int(exit.code)
      // The kubelet knows of the container that it stops; of another at its next relist.
      pod.exitDue = pod.isDeleted ? instant : relist.next(after: instant)
    }
    if !group.isWatched, failure == nil {
      failure = CommandError(
        .software,
        "the process that watches over the pods has ended, "
          + "and without it they might outlive the harness"
      )
    }
    changed()
  }

  /// The kubelet knows that the pod's container has ended.
  private func exited(_ pod: PodRun, on loop: isolated EventLoop) {
    pod.exitDue = nil
    apply(pod.health.containerExited(at: now), to: pod, on: loop)
    perform(pod.lifecycle.exited(at: now), on: pod, loop)
    if pod.lifecycle.isBackingOff, !pod.isListening, failure == nil { failure = pod.crash }
  }

  private func perform(_ actions: [PodLifecycle.Action], on pod: PodRun, _ loop: isolated EventLoop)
  {
    for action in actions {
      switch action {
      case .start: startProcess(of: pod, on: loop)
      case .preStop:
        pod.timeline.preStop = now / .seconds(1)
        if case .httpGet(let get) = hook { ask(get, of: pod, on: loop) }
      case .terminate:
        pod.timeline.sigterm = now / .seconds(1)
        pod.process?.send(SIGTERM)
      case .kill: kill(pod, on: loop)
      case .end:
        pod.startDue = nil
        pod.exitDue = nil
        pod.health.podEnded()
        pod.life.podEnded(at: now)
        news.append(.ended(pod))
      }
    }
  }

  private func startProcess(of pod: PodRun, on loop: isolated EventLoop) {
    let bound = (kubelet: LoopBound(self, on: loop), pod: LoopBound(pod, on: loop))
    do throws(CommandError) {
      pod.process = try launcher.launch(pod.timeline.name, at: pod.address, on: loop) {
        bytes, stream, loop in
        bound.kubelet.get(on: loop).read(bytes, stream, of: bound.pod.get(on: loop))
      }
    } catch {
      failure = error
      return
    }
    awaitListening(of: pod, on: loop)
    pod.timeline.restarts = pod.lifecycle.restarts
    pod.timeline.started = pod.timeline.started ?? now / .seconds(1)
    pod.health.containerStarted(at: now, noticed: relist.next(after: now))
  }

  private func read(_ bytes: UnsafeRawBufferPointer, _ stream: PodLog.Stream, of pod: PodRun) {
    if pod.wrote(bytes, to: stream, at: now) { changed() }
  }

  /// A pod listens when a connection to it succeeds; a line of its log may say so earlier.
  private func awaitListening(of pod: PodRun, on loop: isolated EventLoop) {
    guard !pod.isListening, let process = pod.process?.pid else { return }
    Task {
      while pod.process?.pid == process, !pod.isListening, !hasEnded {
        do throws(ClientError) {
          try await ConnectAttempt.run(to: pod.address, before: .now + .seconds(1), on: loop)
          pod.listens(at: now)
          changed()
        } catch {
          try? await loop.sleep(for: PodRun.connectInterval)
        }
      }
    }
  }

  /// SIGKILL, after a look whether the pod still listens: a service that does has not begun to
  /// stop.
  private func kill(_ pod: PodRun, on loop: isolated EventLoop) {
    guard let process = pod.process else { return }
    Task {
      do throws(ClientError) {
        try await ConnectAttempt.run(to: pod.address, before: .now + .milliseconds(50), on: loop)
        pod.timeline.stillListening = true
      } catch {
        // A backlog that is full answers nothing.
        pod.timeline.stillListening = error == .timeout
      }
      process.send(SIGKILL)
    }
  }

  /// The request of a `preStop` hook, which ends with its answer.
  private func ask(_ get: HTTPGet, of pod: PodRun, on loop: isolated EventLoop) {
    let deadline = pod.lifecycle.nextDeadline ?? now
    Task {
      await prober.ask(get, of: pod, before: start + deadline, on: loop)
      perform(pod.lifecycle.hookEnded(of: deadline, at: now), on: pod, loop)
      changed()
    }
  }

  private func probe(_ pod: PodRun, _ attempt: Probe.Attempt, on loop: isolated EventLoop) {
    Task {
      let isHealthy = await prober.isHealthy(
        attempt.kind, of: pod, before: start + attempt.deadline, on: loop)
      apply(pod.health.result(of: attempt, success: isHealthy, at: now), to: pod, on: loop)
      changed()
    }
  }

  private func apply(_ transition: Probe.Transition?, to pod: PodRun, on loop: isolated EventLoop) {
    switch transition {
    case .becameReady, .becameUnready:
      let isReady = transition == .becameReady
      if isReady { pod.timeline.ready = pod.timeline.ready ?? now / .seconds(1) }
      news.append(.readiness(pod, isReady: isReady))
    case .livenessFailed, .startupFailed:
      let grace = prober.grace(transition == .livenessFailed ? .liveness : .startup)
      perform(pod.lifecycle.livenessFailed(at: now, within: grace), on: pod, loop)
    case .started, nil: break
    }
  }
}
