import Synchronization
import Testing

@testable import Cluster
@testable import Comparison

@Suite(.timeLimit(.minutes(4))) struct LogFollowerTests {
  @Test func `a line has the runtime's stamp before it`() throws {
    let line = try #require(
      LogFollower.Line("2026-11-23T02:00:40.500000000+01:00 msg=sum id=x", came: 7))
    #expect((line.stamp, line.came, line.text) == (1_795_395_640.5, 7, "msg=sum id=x"))
    #expect(LogFollower.Line("error: unexpected EOF", came: 7) == nil)
  }

  @Test func `the fastest line tells how far a node's clock is ahead`() {
    var clock = NodeClock()
    #expect(clock.ahead == nil)
    for (stamp, came) in [(105.0, 100.5), (106, 101.1), (107, 103)] {
      clock.add(stamp: stamp, came: came)
    }
    #expect(abs((clock.ahead ?? 0) - 4.9) < 0.001)
  }

  private final class Heard: Sendable {
    private let content = Mutex<[String]>([])
    var lines: [String] { content.withLock(\.self) }
    func add(_ line: LogFollower.Line) { content.withLock { $0.append(line.text) } }
  }

  @Test func `a stream that breaks is followed again from its last line`() async throws {
    let scene = try ClusterScene()
    try scene.write(["one", "two", "@cut", "three", "@end"], to: "logs/a.live")
    let kubectl = try await Kubectl(environment: scene.environment, namespace: nil)
    let heard = Heard()
    await LogFollower(kubectl: kubectl, pod: "a", since: 1_795_395_640.7).run {
      heard.lines.contains("three")
    } line: {
      heard.add($0)
    }
    #expect(heard.lines == ["one", "two", "three"])
    let calls = try scene.calls().filter { $0.hasPrefix("logs a ") }
    #expect(calls.first == "logs a --follow --timestamps --since-time=2026-11-23T01:00:40Z")
    #expect(calls.count == 2 && !calls[1].hasSuffix("01:00:40Z"))
  }

  @Test func `no more logs are followed at a time than allowed, and none is left out`() async throws
  {
    let scene = try ClusterScene()
    for name in ["a", "b", "c"] {
      try scene.write(
        ["of \(name)", "@call began \(name)", "@until end \(name)", "@end"], to: "logs/\(name).live"
      )
    }
    let kubectl = try await Kubectl(environment: scene.environment, namespace: nil)
    let logs = PodLogs(kubectl, since: 0, limit: 2)
    let ended = Mutex<Set<String>>([])
    for name in ["a", "b", "c", "a"] {
      let pod = try JSONDecoder().decode(
        PodObject.self, from: Data(ClusterJSON.pod(name).utf8))
      logs.follow(pod) { uid in
        ended.withLock { $0.contains(uid) }
      } heard: { _, _ in
      }
    }
    func wait(for call: String) async throws {
      while try !scene.calls().contains(call) { try await Task.sleep(for: .milliseconds(20)) }
    }
    try await wait(for: "began a")
    try await wait(for: "began b")
    #expect(try !scene.calls().contains { $0.hasPrefix("logs c") })
    _ = ended.withLock { $0.insert("uid-a") }
    try scene.add(call: "end a")
    try await wait(for: "began c")
    #expect(!logs.isFollowed("uid-a") && logs.isFollowed("uid-c"))
    await logs.close()
    #expect(try scene.calls().count { $0.hasPrefix("logs ") } == 3)
  }
}
