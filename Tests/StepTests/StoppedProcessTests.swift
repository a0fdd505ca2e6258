import Libc
import Shared
import Testing

@testable import TestSupport

/// A built executable that is stopped with all its requests in flight, as a pod is whose CPU limit
/// is used up, or whose node is suspended.
@Suite(.timeLimit(.minutes(6))) struct StoppedProcessTests {
  /// Clients that each send one request after the other over a connection that they keep, until
  /// they are told to stop or the server listens no more.
  private final class Crowd: Sendable {
    private struct State {
      var isRunning = true
      var answered = 0
      var failures: [ClientError] = []
      var statuses: Set<Int> = []
    }

    private let state = Lock(State())
    private let clients = Lock<[Task<Void, Never>]>([])

    static func gather(_ count: Int, at address: SocketAddress) async -> Crowd {
      let crowd = Crowd()
      let loop = EventLoop()
      var options = Client.Options()
      options.maxIdlePerAddress = count
      options.requestTimeout = .seconds(60)
      let client = await loop.perform { [options] in LoopBound(Client(options), on: $0) }
      let clients = (0..<count).map { _ in
        Task(executorPreference: loop.executor) {
          await client.with { await crowd.sendRequests(with: $0, to: address, on: $1) }
        }
      }
      crowd.clients.withLock { $0 = clients }
      return crowd
    }

    private func sendRequests(
      with client: Client, to address: SocketAddress, on loop: isolated EventLoop
    ) async {
      let request = Request(.post, "/sum", body: Array(#"{"numbers":[1,2,3]}"#.utf8))
      while state.withLock(\.isRunning) {
        do throws(ClientError) {
          let response = try await client.send(request, to: address, on: loop)
          state.withLock { state in
            state.answered += 1
            state.statuses.insert(response.status.code)
          }
        } catch {
          return state.withLock { $0.failures.append(error) }
        }
      }
    }

    var answered: Int { state.withLock(\.answered) }

    /// Returns once so many more requests are answered.
    func answered(more count: Int) async throws {
      let goal = answered + count
      while answered < goal { try await Task.sleep(for: .milliseconds(5)) }
    }

    /// Lets each client finish its request.
    /// - Returns: what went wrong, and the statuses of the answers.
    func end() async -> (failures: [ClientError], statuses: Set<Int>) {
      state.withLock { $0.isRunning = false }
      for client in clients.withLock({ $0 }) { await client.value }
      return state.withLock { ($0.failures, $0.statuses) }
    }
  }

  private func stop(_ process: StepProcess, _ times: Int, for time: Duration) async throws {
    for _ in 0..<times {
      process.send(SIGSTOP)
      try await Task.sleep(for: time)
      process.send(SIGCONT)
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  @Test func `stopped ten times with 2,000 requests in flight, it answers each, and so in a drain`()
    async throws
  {
    try #require(DescriptorLimit.raise() > 3_000)
    let process = try await StepProcess(4)
    let address = try #require(await process.address(), "it does not listen: \(process.lines)")
    let crowd = await Crowd.gather(2_000, at: address)
    try await crowd.answered(more: 2_000)
    try await stop(process, 10, for: .milliseconds(300))
    try await crowd.answered(more: 2_000)
    process.send(SIGTERM)
    _ = try #require(await process.line(containing: "msg=draining"))
    try await stop(process, 2, for: .milliseconds(300))
    #expect(await process.exitCode() == 0)
    let (failures, statuses) = await crowd.end()
    #expect(statuses == [200])
    // A client that comes back after its last answer finds no listener.
    #expect(Set(failures).isSubset(of: [.refused]), "\(Set(failures))")
    let stopped = try #require(await process.line(containing: "msg=stopped"))
    #expect(stopped.contains(" late=0 cut=0 "), "\(stopped)")
    await process.end()
  }
}
