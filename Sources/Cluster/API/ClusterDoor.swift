import Comparison

/// A way into the service, as clients inside the cluster take it.
struct ClusterDoor: Sendable {
  let door: Door
  let url: String

  static let all = [
    ClusterDoor(door: .tcp, url: "http://calc"),
    ClusterDoor(door: .http, url: "http://calc-edge"),
    ClusterDoor(door: .https, url: "https://calc-edge"),
    ClusterDoor(door: .http2, url: "https://calc-edge"),
  ]
}
