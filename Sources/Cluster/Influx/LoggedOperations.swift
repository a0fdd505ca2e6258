import Comparison

/// The operations that the cluster's InfluxDB has stored since a moment, asked for through the API
/// server, so that no way into the cluster is needed.
enum LoggedOperations {
  /// - Parameter since: in seconds since 1970 by the pods' clocks, which stamp the points.
  /// - Throws: `CommandError` when InfluxDB cannot be asked.
  static func fetch(_ kubectl: Kubectl, since: Double) async throws(CommandError)
    -> StoredOperations
  {
    try StoredOperations(
      try await kubectl(
        "get", "--raw", path(namespace: kubectl.namespace, since: since), within: .seconds(60)))
  }

  static func path(namespace: String, since: Double) -> String {
    let statement =
      "SELECT%20%22id%22%20FROM%20%22operation%22"
      + "%20WHERE%20time%20%3E%3D%20\(Int64(since * 1000))ms"
    // In chunks: else 1.x ends a long answer after max-row-limit, and says so only by a word.
    return "/api/v1/namespaces/\(namespace)/services/influxdb:8086/proxy/query"
      + "?db=calc&epoch=ns&chunked=true&chunk_size=10000&q=\(statement)"
  }
}
