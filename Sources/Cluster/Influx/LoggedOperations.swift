import Comparison

/// The operations that a run has left in the cluster's InfluxDB, asked for through the API server,
/// so that no way into the cluster is needed.
enum LoggedOperations {
  /// - Parameter prefix: what the ids of the run begin with.
  /// - Throws: `CommandError` when InfluxDB cannot be asked.
  static func fetch(_ kubectl: Kubectl, prefix: String) async throws(CommandError)
    -> StoredOperations
  {
    try StoredOperations(
      try await kubectl(
        "get", "--raw", path(namespace: kubectl.namespace, prefix: prefix), within: .seconds(60)))
  }

  /// Run names hold letters, digits and hyphens, none of which has a meaning in a regular
  /// expression or in a URL.
  static func path(namespace: String, prefix: String) -> String {
    let statement =
      "SELECT%20%22id%22%20FROM%20%22operation%22"
      + "%20WHERE%20%22id%22%20%3D~%20%2F%5E\(prefix)%2F"
    // In chunks: else 1.x ends a long answer after max-row-limit, and says so only by a word.
    return "/api/v1/namespaces/\(namespace)/services/influxdb:8086/proxy/query"
      + "?db=calc&epoch=ns&chunked=true&chunk_size=10000&q=\(statement)"
  }
}

extension StoredOperations {
  /// - Parameters:
  ///   - answered: the ids of all requests that got their answer.
  ///   - failed: those of the ones that did not.
  ///   - traced: the ids that pods gave to their standard error.
  /// - Returns: no word of ids that are stored and in neither list: k6 ended while their answers
  ///   were on their way.
  func audit(answered: Set<String>, failed: Set<String>, traced: Set<String> = []) -> Audit {
    var audit = Audit(answered: answered.count, stored: self, traced: traced) { id in
      answered.contains(id) ? .answered : failed.contains(id) ? .failed : nil
    }
    audit.unknown = 0
    return audit
  }
}
