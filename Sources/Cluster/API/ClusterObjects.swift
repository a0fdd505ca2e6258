import Comparison

/// What the API server says of objects: of each the fields that are read here.
struct ObjectMetadata: Decodable, Equatable, Sendable {
  var name = ""
  var uid = ""
  var resourceVersion: String?
  var generation: Int?
  var creationTimestamp: String?
  /// When the grace of its deletion is over: the deletion plus the grace.
  var deletionTimestamp: String?
  var deletionGracePeriodSeconds: Int?
  var labels: [String: String]?
  var annotations: [String: String]?

  private enum CodingKeys: String, CodingKey {
    case name, uid, resourceVersion, generation, creationTimestamp, deletionTimestamp,
      deletionGracePeriodSeconds, labels, annotations
  }

  init(name: String, uid: String) {
    self.name = name
    self.uid = uid
  }

  /// Lists have metadata without a name.
  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    name = try fields.decodeIfPresent(String.self, forKey: .name) ?? ""
    uid = try fields.decodeIfPresent(String.self, forKey: .uid) ?? ""
    resourceVersion = try fields.decodeIfPresent(String.self, forKey: .resourceVersion)
    generation = try fields.decodeIfPresent(Int.self, forKey: .generation)
    creationTimestamp = try fields.decodeIfPresent(String.self, forKey: .creationTimestamp)
    deletionTimestamp = try fields.decodeIfPresent(String.self, forKey: .deletionTimestamp)
    deletionGracePeriodSeconds = try fields.decodeIfPresent(
      Int.self, forKey: .deletionGracePeriodSeconds)
    labels = try fields.decodeIfPresent([String: String].self, forKey: .labels)
    annotations = try fields.decodeIfPresent([String: String].self, forKey: .annotations)
  }
}

/// Something with metadata, of which there are lists and watches.
protocol ClusterObject: Decodable, Equatable, Sendable {
  var metadata: ObjectMetadata { get }
}

struct ObjectList<Object: ClusterObject>: Decodable {
  var metadata: ObjectMetadata
  var items: [Object]
}

struct PodObject: ClusterObject {
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
    var restartCount: Int?
    var state: State?
  }

  struct Status: Decodable, Equatable, Sendable {
    var phase: String?
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

struct EndpointSliceObject: ClusterObject {
  struct Endpoint: Decodable, Equatable, Sendable {
    struct Conditions: Decodable, Equatable, Sendable {
      var ready: Bool?
    }
    struct Target: Decodable, Equatable, Sendable {
      var uid: String?
    }
    var addresses: [String]
    var conditions: Conditions?
    var targetRef: Target?

    /// An unknown state is to be taken as ready (discovery.k8s.io/v1). A terminating endpoint never
    /// is.
    var isReady: Bool { conditions?.ready ?? true }
  }

  var metadata: ObjectMetadata
  /// Null when there are none.
  var endpoints: [Endpoint]?
}

struct DeploymentObject: ClusterObject {
  struct Spec: Decodable, Equatable, Sendable {
    struct Template: Decodable, Equatable, Sendable { var spec: PodObject.Spec? }
    var replicas: Int?
    var template: Template?
  }
  struct Status: Decodable, Equatable, Sendable {
    var observedGeneration: Int?
    var replicas: Int?
    var updatedReplicas: Int?
    var availableReplicas: Int?
  }
  var metadata: ObjectMetadata
  var spec: Spec?
  var status: Status?

  /// Seconds of its pods' grace period.
  var grace: Int { spec?.template?.spec?.terminationGracePeriodSeconds ?? 30 }

  /// As `kubectl rollout status` decides it.
  func isComplete(generation: Int) -> Bool {
    let wanted = spec?.replicas ?? 1
    return (status?.observedGeneration ?? 0) >= max(generation, metadata.generation ?? 0)
      && (status?.updatedReplicas ?? 0) == wanted
      && (status?.replicas ?? 0) == wanted && (status?.availableReplicas ?? 0) == wanted
  }
}

struct NodeObject: ClusterObject {
  struct Spec: Decodable, Equatable, Sendable {
    struct Taint: Decodable, Equatable, Sendable { var effect: String }
    var unschedulable: Bool?
    var taints: [Taint]?
  }
  var metadata: ObjectMetadata
  var spec: Spec?

  /// Neither closed nor kept for others, as a control plane's is. The talk's pods tolerate no
  /// taint.
  var takesPods: Bool {
    spec?.unschedulable != true
      && spec?.taints?.contains { $0.effect == "NoSchedule" || $0.effect == "NoExecute" } != true
  }
}

/// Moments as the API server writes them (RFC 3339, UTC), in seconds since 1970.
enum ClusterTime {
  /// Nil for anything else. Fractions are taken, zones other than `Z` are not, since the API server
  /// writes none.
  static func seconds(_ text: some StringProtocol) -> Double? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes.last == UInt8(ascii: "Z"), bytes[4] == UInt8(ascii: "-"),
      bytes[10] == UInt8(ascii: "T")
    else {
      return nil
    }
    func number(_ range: Range<Int>) -> Int? { Int(String(decoding: bytes[range], as: UTF8.self)) }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
      let hour = number(11..<13),
      let minute = number(14..<16),
      let second = Double(String(decoding: bytes[17..<(bytes.count - 1)], as: UTF8.self))
    else { return nil }
    // Days since 1970 in the proleptic Gregorian calendar, years beginning in March so that the
    // leap day is the last.
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let ofEra = shifted - era * 400
    let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let days = era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    return Double(days * 86_400 + hour * 3600 + minute * 60) + second
  }
}
