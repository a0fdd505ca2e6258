import Comparison

/// The lives of a Deployment's pods, put together from what watches of its pods and of its
/// Service's EndpointSlices say. Instants are seconds since the row's start by this machine's
/// clock, at which the news came.
struct PodLives: Sendable {
  private struct Life: Sendable {
    var timeline: PodTimeline
    var isGone = false
    var isRunning = false
    var isReady = false
    var grace: Double
    var preStop: Double?
    /// The deletion and the exit by the cluster's clocks, to the second.
    var deletionStamp: Double?
    var exitStamp: Double?
  }

  /// In which pods are created and deleted from now on; nil before the first.
  var phase: Phase?
  private var lives: [String: Life] = [:]
  /// The ids of the pods that a slice names as ready, by slice.
  private var slices: [String: Set<String>] = [:]

  // MARK: What has been seen

  /// Deleted pods that are still there.
  var terminating: Int { lives.values.count { $0.timeline.deletion != nil && !$0.isGone } }
  var ready: Int { lives.values.count { $0.isReady && $0.timeline.deletion == nil && !$0.isGone } }

  /// All pods that were there since the row's start, in the order of their creation.
  var timelines: [PodTimeline] {
    lives.values.map { finished($0) }.sorted {
      ($0.created ?? 0, $0.name) < ($1.created ?? 0, $1.name)
    }
  }

  /// What a pod's own log says so far.
  /// - Parameter ahead: of the row's start, the node's clock, in seconds.
  mutating func heard(_ report: PodReport, of uid: String, ahead: Double) {
    if let stopped = report.stopped { lives[uid]?.timeline.stopped(stopped) }
    if let sigterm = report.sigterm { lives[uid]?.timeline.sigterm = sigterm - ahead }
    if let last = report.lastAnswer { lives[uid]?.timeline.lastRequest = last - ahead }
  }

  /// When a pod was deleted: the arrival of the news, which every watch gets at about the same time
  /// as kube-proxy does. News that came too late are corrected by the API server's stamp, which is
  /// cut to the second.
  /// - Parameter latestStart: the row's start by the cluster's clock, at the earliest.
  func deletion(of pod: String, latestStart: Double) -> Double? {
    guard let life = lives.values.first(where: { $0.timeline.name == pod }),
      let deletion = life.timeline.deletion
    else { return nil }
    return min(deletion, (life.deletionStamp ?? .infinity) + 1 - latestStart)
  }

  func timeline(of uid: String) -> PodTimeline? { lives[uid].map { finished($0) } }
  /// Also of one that is not known.
  func isGone(_ uid: String) -> Bool { lives[uid]?.isGone ?? true }

  /// Forgets those that are gone: they belong to what was before the row.
  mutating func forgetTheGone() { lives = lives.filter { !$0.value.isGone } }

  // MARK: News

  mutating func apply(_ change: WatchChange<PodObject>, at now: Double) {
    switch change {
    case .all(let pods):
      let present = Set(pods.map(\.metadata.uid))
      for uid in lives.keys where !present.contains(uid) { leave(uid, at: now) }
      for pod in pods { set(pod, at: now) }
    case .set(let pod): set(pod, at: now)
    case .deleted(let pod):
      set(pod, at: now)
      leave(pod.metadata.uid, at: now)
    }
  }

  mutating func apply(_ change: WatchChange<EndpointSliceObject>, at now: Double) {
    func ready(_ slice: EndpointSliceObject) -> Set<String> {
      Set((slice.endpoints ?? []).filter(\.isReady).compactMap { $0.targetRef?.uid })
    }
    let before = slices.values.reduce(into: Set<String>()) { $0.formUnion($1) }
    switch change {
    case .all(let all): slices = Dictionary(all.map { ($0.metadata.uid, ready($0)) }) { $1 }
    case .set(let slice): slices[slice.metadata.uid] = ready(slice)
    case .deleted(let slice): slices[slice.metadata.uid] = nil
    }
    let after = slices.values.reduce(into: Set<String>()) { $0.formUnion($1) }
    for uid in after.subtracting(before) where lives[uid]?.timeline.inEndpoints == nil {
      lives[uid]?.timeline.inEndpoints = now
    }
    for uid in before.subtracting(after) { lives[uid]?.timeline.outOfEndpoints = now }
  }

  /// How many endpoints are ready.
  var endpoints: Int { slices.values.reduce(into: Set<String>()) { $0.formUnion($1) }.count }

  private mutating func set(_ pod: PodObject, at now: Double) {
    let uid = pod.metadata.uid
    let container = pod.container
    var life =
      lives[uid] ?? Life(timeline: PodTimeline(name: pod.metadata.name, address: ""), grace: 30)
    if lives[uid] == nil {
      life.timeline.created = now
      life.timeline.createdIn = phase
      life.grace = Double(pod.spec?.terminationGracePeriodSeconds ?? 30)
      life.preStop = pod.spec?.containers.first?.lifecycle?.preStop?.sleep.map {
        Double($0.seconds)
      }
      // Seen in the endpoints before it was seen itself: the two watches run side by side.
      if slices.values.contains(where: { $0.contains(uid) }) { life.timeline.inEndpoints = now }
    }
    if let address = pod.status?.podIP { life.timeline.address = address }
    if container?.state?.running != nil, life.timeline.started == nil {
      life.timeline.started = now
    }
    life.isReady = pod.isReady
    if life.isReady, life.timeline.ready == nil { life.timeline.ready = now }
    life.timeline.restarts = max(life.timeline.restarts, container?.restartCount ?? 0)
    if let stamp = pod.metadata.deletionTimestamp, life.timeline.deletion == nil {
      life.timeline.deletion = now
      life.timeline.deletedIn = phase
      // The stamp is the end of the grace.
      let grace = Double(pod.metadata.deletionGracePeriodSeconds ?? Int(life.grace))
      life.deletionStamp = KubernetesTime.seconds(stamp).map { $0 - grace }
    }
    // Before its deletion it is restarted, and that is no end. Since 1.27 a deleted pod has its
    // last status before it goes; a kubelet that has lost sight of the container makes up a 137
    // (kubernetes/kubernetes#104107).
    if let terminated = container?.state?.terminated, terminated.reason != "ContainerStatusUnknown",
      life.timeline.deletion != nil,
      life.timeline.exit == nil
    {
      life.timeline.exit = now
      life.timeline.code = terminated.exitCode
      life.exitStamp = terminated.finishedAt.flatMap { KubernetesTime.seconds($0) }
    }
    lives[uid] = life
  }

  private mutating func leave(_ uid: String, at now: Double) {
    guard var life = lives[uid], !life.isGone else { return }
    life.isGone = true
    life.isReady = false
    if life.timeline.deletion == nil {
      life.timeline.deletion = now
      life.timeline.deletedIn = phase
    }
    lives[uid] = life
  }

  /// With what can be said only from the whole.
  private func finished(_ life: Life) -> PodTimeline {
    var timeline = life.timeline
    guard let deletion = timeline.deletion else { return timeline }
    if let preStop = life.preStop {
      // The kubelet starts the hook when it hears of the deletion, as the watch does; nothing dates
      // it.
      timeline.preStop = deletion
      if timeline.sigterm == nil { timeline.sigterm = deletion + min(preStop, life.grace) }
    } else if timeline.sigterm == nil {
      timeline.sigterm = deletion
    }
    // The news of an exit is late by what the kubelet takes to look and to tell. Its stamps are cut
    // to the second: the difference of the two is right to a second, as often too long as too
    // short, and needs no clock but the cluster's.
    if let exit = timeline.exit, let from = life.deletionStamp, let to = life.exitStamp {
      timeline.exit = min(exit, max(deletion, deletion + (to - from)))
    }
    return timeline
  }
}
