import Libc
import Testing

@testable import Comparison
@testable import Rehearsal
@testable import Shared
@testable import TestSupport

/// The modelled balancer against a real HAProxy: same pod, same requests, same outcomes. What
/// Debian has, 2.6, and newer ones agree in what is tested here. The purge of idle connections is
/// put off, so that a slow machine changes nothing.
@Suite(.timeLimit(.minutes(4)), .needs(.haproxy))
struct HAProxyTests {
  /// What a client sees of `requests` requests on one connection, by the model and by HAProxy.
  private func outcomes(_ script: ScriptedPod.Script?, requests: Int = 1) async throws -> (
    model: [Outcome?], real: [Outcome?]
  ) {
    let pod = try script.map { try ScriptedPod($0) }
    defer { pod?.end() }
    let upstream = try pod?.address ?? ScriptedPod.nowhere()
    let haproxy = try HAProxy(to: upstream)
    defer { haproxy.end() }
    return try await EventLoop.with { loop in
      let endpoints = FakeEndpoints()
      endpoints.set(7, upstream)
      let door = LoadBalancer(endpoints, .service, timeout: .seconds(10), idle: .seconds(60))
      let address = try await door.open(
        at: #require(SocketAddress(host: "127.0.0.1", port: 0)), on: loop)
      let model = await send(requests, to: address, on: loop)
      await door.close(on: loop)
      try await haproxy.listens(on: loop)
      return (model, await send(requests, to: haproxy.address, on: loop))
    }
  }

  private func send(_ requests: Int, to address: SocketAddress, on loop: isolated EventLoop) async
    -> [Outcome?]
  {
    let client = Client()
    defer { client.close(on: loop) }
    var outcomes: [Outcome?] = []
    for number in 0..<requests {
      do throws(ClientError) {
        let response = try await client.send(.sum("\(number)"), to: address, on: loop)
        outcomes.append(response.status == LoadBalancer.closed ? .eof : Outcome(response.status))
      } catch {
        outcomes.append(Outcome(error))
      }
    }
    return outcomes
  }

  @Test func `503 when it cannot connect`() async throws {
    let seen = try await outcomes(nil)
    #expect(seen.model == [.http503])
    #expect(seen.real == seen.model)
  }

  @Test(arguments: [ScriptedPod.Script.closes, .resets])
  func `502 when a new upstream connection ends before the answer`(script: ScriptedPod.Script)
    async throws
  {
    let seen = try await outcomes(script)
    #expect(seen.model == [.http502])
    #expect(seen.real == seen.model)
  }

  @Test func `an upstream connection serves several requests`() async throws {
    let seen = try await outcomes(.answers, requests: 3)
    #expect(seen.model == [.ok, .ok, .ok])
    #expect(seen.real == seen.model)
  }

  @Test func `eof when one that had served a request ends before the answer`() async throws {
    let seen = try await outcomes(.answersOnce, requests: 2)
    #expect(seen.model == [.ok, .eof])
    #expect(seen.real == seen.model)
  }
}

/// A real HAProxy with the options of `k8s/edge`, as the model has them.
private final class HAProxy: Sendable {
  let address: SocketAddress
  private let pid: pid_t
  private let folder: String

  init(to upstream: SocketAddress) throws {
    address = try ScriptedPod.nowhere()
    folder =
      FileManager.default.temporaryDirectory.path + "/haproxy-\(UInt64.random(in: 0...(.max)))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let config = """
      global
        nbthread 1
      defaults
        mode http
        timeout connect 5s
        timeout client 10s
        timeout server 10s
        retries 0
        http-reuse always
      frontend calc
        bind \(address)
        monitor-uri /up
        default_backend pods
      backend pods
        server pod \(upstream) pool-purge-delay 60s

      """
    try Data(config.utf8).write(to: URL(fileURLWithPath: folder + "/haproxy.cfg"))
    pid = try Launch(
      arguments: [#require(Tool.haproxy.path), "-db", "-q", "-f", folder + "/haproxy.cfg"], group: 0
    ).spawn()
  }

  /// Returns when it accepts connections.
  func listens(on loop: isolated EventLoop) async throws {
    let client = Client()
    for _ in 0..<500 {
      do throws(ClientError) {
        _ = try await client.send(Request(.get, "/up"), to: address, reuse: false, on: loop)
        return
      } catch {
        guard error == .refused else { return }
      }
      try await loop.sleep(for: .milliseconds(10))
    }
    Issue.record("haproxy does not listen")
  }

  func end() {
    kill(pid, SIGKILL)
    waitpid(pid, nil, 0)
    try? FileManager.default.removeItem(atPath: folder)
  }
}
