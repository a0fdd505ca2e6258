@testable import Comparison

/// The objects of a cluster, as an API server writes them.
enum ClusterJSON {
  static func pod(
    _ name: String, running: Bool = true, ready: Bool = true, deleted: Bool = false,
    exit: Int? = nil, waiting: String? = nil, restarts: Int = 0
  ) -> String {
    let deletion =
      deleted ? #","deletionTimestamp":"2026-11-23T01:00:40Z","deletionGracePeriodSeconds":30"# : ""
    let state =
      exit.map {
        #"""
        "terminated":{"exitCode":\#($0),"reason":"Error","startedAt":"2026-11-23T00:59:00Z",\#
        "finishedAt":"2026-11-23T01:00:10Z"}
        """#
      }
      ?? waiting.map {
        #""waiting":{"reason":"\#($0)","message":"Back-off pulling image \"calc:1\""}"#
      }
      ?? (running
        ? #""running":{"startedAt":"2026-11-23T00:59:00Z"}"#
        : #""waiting":{"reason":"ContainerCreating"}"#)
    return """
      {"apiVersion":"v1","kind":"Pod","metadata":{"name":"\(name)",\
      "namespace":"default","uid":"uid-\(name)","resourceVersion":"12",\
      "creationTimestamp":"2026-11-23T00:58:57Z","labels":{"app":"calc"}\(deletion)},\
      "spec":{"nodeName":"n1","terminationGracePeriodSeconds":30,\
      "containers":[{"name":"calc","image":"calc:1",\
      "lifecycle":{"preStop":{"sleep":{"seconds":5}}}}]},\
      "status":{"phase":"Running",\
      "podIP":"10.244.0.7","conditions":[{"type":"Ready","status":"\(ready ? "True" : "False")"}],\
      "containerStatuses":[{"name":"calc","ready":\(ready),"restartCount":\(restarts),\
      "state":{\(state)}}]}}
      """
  }

  static func slice(_ ready: [String], terminating: [String] = []) -> String {
    func endpoint(_ name: String, _ isReady: Bool) -> String {
      #"""
      {"addresses":["10.244.0.7"],"conditions":{"ready":\#(isReady),"serving":true,\#
      "terminating":\#(!isReady)},"targetRef":{"kind":"Pod","name":"\#(name)",\#
      "uid":"uid-\#(name)"}}
      """#
    }
    let endpoints = ready.map { endpoint($0, true) } + terminating.map { endpoint($0, false) }
    return
      #"""
      {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"name":"calc-x",\#
      "uid":"slice","resourceVersion":"12"},
      """#
        + #""addressType":"IPv4","#
        + #""endpoints":\#(endpoints.isEmpty ? "null" : "[\(endpoints.joined(separator: ","))]")}"#
  }

  static func deployment(_ replicas: Int, generation: String, observed: Int, available: Int? = nil)
    -> String
  {
    let available = available ?? replicas
    return
      #"""
      {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"calc","uid":"d",\#
      "resourceVersion":"12","generation":\#(generation)},
      """#
        + #""spec":{"replicas":\#(replicas),"#
        + #""template":{"spec":{"terminationGracePeriodSeconds":30,"#
        + #""containers":[{"name":"calc"}]}}},"#
        + #""status":{"observedGeneration":\#(observed),"replicas":\#(replicas),"#
        + #""updatedReplicas":\#(available),"availableReplicas":\#(available)}}"#
  }

  static func list(_ items: [String]) -> String {
    #"""
    {"kind":"List","metadata":{"resourceVersion":"11"},\#
    "items":[\#(items.joined(separator: ","))]}
    """#
  }

  static func event(_ type: String, _ object: String) -> String {
    #"{"type":"\#(type)","object":\#(object)}"#
  }

  static func set(_ object: String) -> String { event("MODIFIED", object) }

  /// A pod of the load.
  static func loadPod(
    _ door: Door, _ kind: ClientKind, index: Int = 0, state: String = #""running":{}"#,
    status: String = ""
  ) -> String {
    let name = "\(door.rawValue)-\(kind.rawValue)"
    return """
      {"metadata":{"name":"load-\(name)-\(index)","uid":"l-\(name)-\(index)",\
      "labels":{"batch.kubernetes.io/job-name":"calc-load-RUN-\(name)"},\
      "annotations":{"batch.kubernetes.io/job-completion-index":"\(index)"}},\
      "status":{\(status)"containerStatuses":[{"name":"k6","image":"grafana/k6:1.7.1",\
      "state":{\(state)}}]}}
      """
  }
}
