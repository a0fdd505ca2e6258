struct PodObject: KubernetesObject {
  struct Spec: Decodable, Equatable, Sendable {
    struct Container: Decodable, Equatable, Sendable {
      struct Lifecycle: Decodable, Equatable, Sendable {
        struct Hook: Decodable, Equatable, Sendable {
          struct Sleep: Decodable, Equatable, Sendable { var seconds: Int }
          var sleep: Sleep?
        }
        var preStop: Hook?
      }
      var name: String
      var lifecycle: Lifecycle?
    }
    var nodeName: String?
    var terminationGracePeriodSeconds: Int?
    var containers: [Container] = []
  }

  struct Condition: Decodable, Equatable, Sendable {
    var type: String
    var status: String
    var reason: String?
    var message: String?
  }

  struct Container: Decodable, Equatable, Sendable {
    struct State: Decodable, Equatable, Sendable {
      struct Waiting: Decodable, Equatable, Sendable {
        var reason: String?
        var message: String?
      }
      struct Running: Decodable, Equatable, Sendable { var startedAt: String? }
      struct Terminated: Decodable, Equatable, Sendable {
        var exitCode: Int
        var reason: String?
        var finishedAt: String?
      }
      var waiting: Waiting?
      var running: Running?
      var terminated: Terminated?
    }
    var name: String
    var image: String?
    var restartCount: Int?
    var state: State?
  }

  struct Status: Decodable, Equatable, Sendable {
    var phase: String?
    /// `Evicted`, and why.
    var reason: String?
    var message: String?
    var podIP: String?
    var conditions: [Condition]?
    var containerStatuses: [Container]?
  }

  var metadata: ObjectMetadata
  var spec: Spec?
  var status: Status?

  var isReady: Bool { condition("Ready")?.status == "True" }
  /// Its one container; all pods of the talk have one.
  var container: Container? { status?.containerStatuses?.first }

  var isRunning: Bool { container?.state?.running != nil && !hasEnded }
  /// Also of one that was evicted: then its container may have no state any more.
  var hasEnded: Bool {
    status?.phase == "Failed" || status?.phase == "Succeeded"
      || container?.state?.terminated != nil
  }

  func condition(_ type: String) -> Condition? { status?.conditions?.first { $0.type == type } }

  /// Why it does not run, and does not look as if it would; nil when all is well so far.
  var trouble: String? {
    if let waiting = container?.state?.waiting, let reason = waiting.reason,
      Self.troubles.contains(reason)
    {
      return "\(reason)\(waiting.message.map { ": \($0)" } ?? "")"
    }
    if let scheduled = condition("PodScheduled"), scheduled.status == "False",
      scheduled.reason == "Unschedulable"
    {
      return "Unschedulable\(scheduled.message.map { ": \($0)" } ?? "")"
    }
    return nil
  }

  private static let troubles: Set<String> = [
    "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull",
    "CreateContainerConfigError", "CreateContainerError",
    "RunContainerError", "CrashLoopBackOff",
  ]
}
