import Shared
import Testing

@testable import Cluster
@testable import Comparison

@Suite(.timeLimit(.minutes(4))) struct WatchTests {
  @Test func `each line of a watch is one change`() {
    guard
      case .change(.set(let pod), let version) = Watch<PodObject>.parse(
        ClusterJSON.event("ADDED", ClusterJSON.pod("a")))
    else {
      Issue.record("is no change")
      return
    }
    #expect(pod.metadata.name == "a" && pod.isReady && version == "12")
    guard
      case .change(.deleted, _) = Watch<PodObject>.parse(
        ClusterJSON.event("DELETED", ClusterJSON.pod("a")))
    else {
      Issue.record("is no deletion")
      return
    }
  }

  @Test func `a bookmark brings only its version, and an error ends the watch`() {
    let bookmark =
      #"""
      {"type":"BOOKMARK","object":{"kind":"Pod","apiVersion":"v1",\#
      "metadata":{"resourceVersion":"990","creationTimestamp":null},"spec":{"containers":null},\#
      "status":{}}}
      """#
    #expect(Watch<PodObject>.parse(bookmark) == .bookmark(version: "990"))
    let gone =
      #"""
      {"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},\#
      "status":"Failure","message":"too old resource version: 1 \#
      (99)","reason":"Expired","code":410}}
      """#
    #expect(Watch<PodObject>.parse(gone) == .failure(code: 410))
    #expect(Watch<PodObject>.parse("{\"type\":") == .unreadable)
  }

  private final class Heard: Sendable {
    let changes = Lock<[WatchChange<PodObject>]>([])
    var names: [String] {
      changes.withLock { changes in
        changes.map { change in
          switch change {
          case .all(let pods): "all \(pods.map(\.metadata.name).joined(separator: ","))"
          case .set(let pod): "set \(pod.metadata.name)"
          case .deleted(let pod): "deleted \(pod.metadata.name)"
          }
        }
      }
    }
  }

  /// Watches until so much was heard.
  private func watch(_ scene: ClusterScene, until count: Int) async throws -> [String] {
    let heard = Heard()
    let kubectl = try await Kubectl(environment: scene.environment, namespace: nil)
    let watch = Watch<PodObject>(
      kubectl: kubectl, path: "/api/v1/namespaces/default/pods", query: "labelSelector=app%3Dcalc")
    let work = Task {
      try await watch.run { change in heard.changes.withLock { $0.append(change) } }
    }
    while heard.names.count < count { try await Task.sleep(for: .milliseconds(20)) }
    work.cancel()
    _ = await work.result
    return heard.names
  }

  @Test func `a watch that ends goes on from the last version it heard of`() async throws {
    let scene = try ClusterScene()
    try scene.write([ClusterJSON.list([ClusterJSON.pod("a")])], to: "pods.list")
    try scene.write(
      [
        ClusterJSON.event("ADDED", ClusterJSON.pod("b")),
        #"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"77"}}}"#, "@end",
        ClusterJSON.event("ADDED", ClusterJSON.pod("c")),
      ],
      to: "pods.watch")
    #expect(try await watch(scene, until: 3) == ["all a", "set b", "set c"])
    let watches = try scene.calls().filter { $0.contains("watch=1") }
    #expect(
      watches.count == 2 && watches[0].hasSuffix("resourceVersion=11")
        && watches[1].hasSuffix("resourceVersion=77"))
  }

  @Test func `a version that the server has forgotten is listed anew`() async throws {
    let scene = try ClusterScene()
    try scene.write([ClusterJSON.list([ClusterJSON.pod("a")])], to: "pods.list")
    try scene.write(
      [
        #"{"type":"ERROR","object":{"kind":"Status","metadata":{},"reason":"Expired","code":410}}"#,
        "@end",
        ClusterJSON.event("ADDED", ClusterJSON.pod("c")),
      ],
      to: "pods.watch")
    #expect(try await watch(scene, until: 3) == ["all a", "all a", "set c"])
  }

  @Test func `a server that goes away in the middle is waited for`() async throws {
    let scene = try ClusterScene()
    try scene.write([ClusterJSON.list([ClusterJSON.pod("a")])], to: "pods.list")
    try scene.write(
      ["@end", "@end", ClusterJSON.event("ADDED", ClusterJSON.pod("c"))], to: "pods.watch")
    try scene.write(
      ["2|get --raw */pods*watch=1*|Unable to connect to the server: unexpected EOF"], to: "trouble"
    )
    #expect(try await watch(scene, until: 4) == ["all a", "all a", "all a", "set c"])
  }
}
