import Comparison

/// What decides in which phase a failure counts: that which created the pod that it hit, if that
/// has not served yet, or that which deleted it, however much later it shows. A failure of a living
/// pod counts in the phase in which it happens.
struct PodHistory: Equatable, Sendable {
  /// The phase in which the pod was created; nil before the first.
  var created: Phase?
  /// The phase in which it was deleted.
  var deleted: Phase?
  /// It has answered a request. A pod that fails before that fails because it was created.
  var hasServed = false

  /// - Parameter current: the running phase, for a pod that no phase touched.
  func phase(current: Phase) -> Phase {
    (hasServed ? deleted : created ?? deleted) ?? current
  }
}
