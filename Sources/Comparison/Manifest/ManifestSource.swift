/// A manifest while it is read: what errors call it, how much of it is passed over, and what there
/// is to say about that.
package final class ManifestSource {
  package let file: String
  /// Nil for the manifest of a row, of which nothing is passed over but what stands in
  /// `IgnoredFields`.
  package let choice: ManifestChoice?
  package private(set) var notes: [String] = []

  package init(file: String, choice: ManifestChoice? = nil) {
    self.file = file
    self.choice = choice
  }

  /// Notes what was passed over, once.
  package func note(_ text: String) { if !notes.contains(text) { notes.append(text) } }
}

/// What is taken of a manifest that was not written for a rehearsal.
package struct ManifestChoice: Equatable, Sendable {
  /// The Deployment, where there are several.
  package var deployment: String?
  /// The container, where a pod has several; the others are passed over.
  package var container: String?

  package init(deployment: String? = nil, container: String? = nil) {
    self.deployment = deployment
    self.container = container
  }
}
