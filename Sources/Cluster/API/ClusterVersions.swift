import Comparison

/// What a cluster says about itself. Each is nil when it cannot be read, and nothing depends on it.
struct ClusterVersions: Equatable, Sendable {
  /// Of the API server, as `1.36.2`.
  var kubernetes: String?
  /// `iptables`, `ipvs` or `nftables`.
  var kubeProxy: String?

  private struct Version: Decodable { var gitVersion: String }
  private struct ConfigMap: Decodable { var data: [String: String]? }

  static func read(_ kubectl: Kubectl) async -> ClusterVersions {
    var versions = ClusterVersions()
    if let bytes = try? await kubectl("get", "--raw", "/version"),
      let version = try? JSONDecoder().decode(Version.self, from: Data(bytes))
    {
      versions.kubernetes = String(version.gitVersion.drop { $0 == "v" })
    }
    // Where kubeadm has put it, as kind does. Others may have no kube-proxy at all.
    let path = "/api/v1/namespaces/kube-system/configmaps/kube-proxy"
    if let bytes = try? await kubectl("get", "--raw", path),
      let map = try? JSONDecoder().decode(ConfigMap.self, from: Data(bytes)),
      let config = map.data?["config.conf"]
    {
      versions.kubeProxy = mode(config)
    }
    return versions
  }

  /// The field `mode` of a KubeProxyConfiguration. None, or an empty one, is iptables on Linux
  /// (kube-proxy's reference, `--proxy-mode`).
  static func mode(_ config: String) -> String {
    let line = config.split(separator: "\n").first { $0.hasPrefix("mode:") }
    let mode = line.map { $0.dropFirst(5).filter { $0 != " " && $0 != "\"" } } ?? ""
    return mode.isEmpty ? "iptables" : String(mode)
  }
}
