import Libc
import Shared
import Testing

@testable import Comparison
@testable import Rehearsal
@testable import TestSupport

/// The load balancer of `k8s/edge`, with its own configuration, on a loopback address of its own in
/// front of one server.
struct Edge {
  static let program = Tool.haproxy.path

  let process: StepProcess
  let host: String
  private let folder: String

  /// - Parameter host: where it listens; another that is there already may listen at the same
  ///   address.
  init(at host: String = Self.freeHost(), before server: SocketAddress) async throws {
    self.host = host
    folder = "/tmp/edge-test-\(getpid())-\(UInt32.random(in: 0...(.max)))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try await Self.makeCertificate(in: folder)
    let configuration = try Repository.text("k8s/edge/haproxy.cfg")
      .replacing("bind :", with: "bind \(host):").replacing("/etc/calc-edge", with: folder)
    try Data(configuration.utf8).write(to: URL(fileURLWithPath: "\(folder)/haproxy.cfg"))
    process = try await StepProcess(
      program: try #require(Self.program), ["-W", "-db", "-f", "\(folder)/haproxy.cfg"],
      ["CALC_ADDRESS": "\(server)"])
    try #require(
      await process.line(containing: "Loading success") != nil,
      "it does not start: \(process.lines)")
  }

  static func freeHost() -> String {
    "127.\(Int.random(in: 90...99)).\(Int.random(in: 1...254)).\(Int.random(in: 1...254))"
  }

  private static func makeCertificate(in folder: String) async throws {
    let options =
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj "
      + "/CN=calc-edge"
    let files = ["-keyout", "\(folder)/edge.pem.key", "-out", "\(folder)/edge.pem"]
    let process = try await StepProcess(
      program: "/usr/bin/openssl", options.split(separator: " ").map(String.init) + files)
    try #require(await process.exitCode() == 0, "\(process.lines)")
    await process.end()
  }

  var http: SocketAddress {
    get throws { try #require(SocketAddress(host: host, port: 8080)) }
  }

  /// What `docker stop` and the kubelet send, by the image's STOPSIGNAL.
  func stop() { process.send(SIGUSR1) }

  func end() async {
    await process.end()
    try? FileManager.default.removeItem(atPath: folder)
  }
}
