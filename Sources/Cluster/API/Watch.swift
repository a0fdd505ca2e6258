import Comparison
import Shared

/// What a watch says.
enum WatchChange<Object: KubernetesObject>: Equatable, Sendable {
  /// All that there is now: what is not among it is gone.
  case all([Object])
  case set(Object)
  case deleted(Object)
}

/// Follows the objects behind a path of the API server for as long as its task lives. A watch ends
/// every few minutes, and when the server restarts; then it goes on where it ended, or lists anew
/// when the server has forgotten that moment (410, expired).
struct Watch<Object: KubernetesObject>: Sendable {
  private struct Event: Decodable {
    var type: String
    var object: Object
  }

  /// An `ERROR` event holds this in place of an object; a `BOOKMARK` only metadata.
  private struct Frame: Decodable {
    struct Content: Decodable {
      var metadata: ObjectMetadata?
      var code: Int?
      var message: String?
    }
    var type: String
    var object: Content
  }

  /// A line of a watch, taken apart.
  enum Line: Equatable {
    case change(WatchChange<Object>, version: String?)
    case bookmark(version: String?)
    /// The server ends the watch; after 410 there is no going on.
    case failure(code: Int)
    case unreadable
  }

  let kubectl: Kubectl
  /// `/api/v1/namespaces/default/pods`.
  let path: String
  /// `labelSelector=app%3Dcalc`.
  let query: String

  /// - Throws: `CommandError` when the API server stays away or forbids it; 130 when the task was
  ///   cancelled.
  func run(_ change: @escaping @Sendable (WatchChange<Object>) -> Void) async throws(CommandError) {
    while true {
      let list = try await list()
      change(.all(list.items))
      var version = list.metadata.resourceVersion ?? "0"
      // Until a watch cannot go on from there.
      while try await watch(from: version, change, { version = $0 }) {}
    }
  }

  private func list() async throws(CommandError) -> ObjectList<Object> {
    let bytes = try await kubectl("get", "--raw", "\(path)?\(query)")
    do { return try JSONDecoder().decode(ObjectList<Object>.self, from: Data(bytes)) } catch {
      throw .data("\(path): the API server's answer is not the list that it should be")
    }
  }

  /// - Returns: whether it may go on from the last version.
  private func watch(
    from version: String, _ change: @escaping @Sendable (WatchChange<Object>) -> Void,
    _ reached: (String) -> Void
  ) async throws(CommandError) -> Bool {
    let cursor = WatchCursor(version)
    let request =
      "\(path)?\(query)&watch=1&allowWatchBookmarks=true"
      + "&timeoutSeconds=600&resourceVersion=\(version)"
    let outcome = try await kubectl.follow(["get", "--raw", request], within: .seconds(900)) {
      line in
      switch Self.parse(line) {
      case .change(let object, let version):
        cursor.reach(version)
        change(object)
      case .bookmark(let version): cursor.reach(version)
      case .failure, .unreadable: cursor.fail()
      }
    }
    if Task.isCancelled { throw .interrupted }
    let (latest, hasFailed) = cursor.state
    reached(latest)
    // A server that is away is waited for by the list; one that ended the watch in good order can
    // go on at once.
    return outcome.code == 0 && !hasFailed
  }

  static func parse(_ line: String) -> Line {
    let data = Data(line.utf8)
    guard let frame = try? JSONDecoder().decode(Frame.self, from: data) else { return .unreadable }
    let version = frame.object.metadata?.resourceVersion
    switch frame.type {
    case "BOOKMARK": return .bookmark(version: version)
    case "ERROR": return .failure(code: frame.object.code ?? 0)
    case "ADDED", "MODIFIED", "DELETED":
      guard let event = try? JSONDecoder().decode(Event.self, from: data) else {
        return .unreadable
      }
      return .change(
        event.type == "DELETED" ? .deleted(event.object) : .set(event.object), version: version)
    default: return .unreadable
    }
  }
}
