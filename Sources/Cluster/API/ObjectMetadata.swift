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
protocol KubernetesObject: Decodable, Equatable, Sendable {
  var metadata: ObjectMetadata { get }
}

struct ObjectList<Object: KubernetesObject>: Decodable {
  var metadata: ObjectMetadata
  var items: [Object]
}
