import Comparison
import Shared

/// The logs of all k6 of a run, followed from their start: a node may lose their files, or the
/// kubelet rotate them, before the end.
final class LoadLogs: Sendable {
  /// What k6 does not tell within this time after a moment, it does not tell any more: a request
  /// that was sent until then has its answer or its time-out.
  static let lastWord = Duration.seconds(16)

  private struct Source: Sendable {
    let pod: String
    let number: Int
  }

  private let kubectl: Kubectl
  private let sources: [Source]
  private let content: Lock<[LoadLog]>

  /// - Parameter pods: of the run, as they were started.
  init(_ run: LoadRun, pods: [PodObject], clock: ClockOffset) {
    kubectl = run.kubectl
    let found = pods.compactMap { pod in run.place(of: pod).map { (pod.metadata.name, $0) } }.sorted
    { $0.0 < $1.0 }
    sources = found.enumerated().map { Source(pod: $1.0, number: $0) }
    content = Lock(
      found.map { _, place in
        LoadLog(
          door: place.job.door, kind: place.job.kind, run: place.job.prefix(run.name),
          pod: place.index, users: place.job.usersEach, ahead: clock.seconds)
      })
  }

  var all: [LoadLog] { content.withLock(\.self) }

  /// Runs `body` while the logs are followed. Those beyond the limit are only read.
  func following<Result>(_ body: () async throws(CommandError) -> Result)
    async throws(CommandError) -> Result
  {
    let followers = sources.prefix(LogFollower.limit).map { source in
      Task { [self] in
        await LogFollower(kubectl: kubectl, pod: source.pod).run {
          self.content.withLock { $0[source.number].sentToItsEnd != nil }
        } line: { line in
          self.content.withLock { $0[source.number].add(line) }
        }
      }
    }
    let outcome: Swift.Result<Result, CommandError>
    do throws(CommandError) { outcome = .success(try await body()) } catch {
      outcome = .failure(error)
    }
    for follower in followers { follower.cancel() }
    // When they have ended, so have their processes.
    for follower in followers { await follower.value }
    return try outcome.get()
  }

  /// Waits until each user has told of the time until a moment, or should have.
  /// - Parameter moment: in seconds since 1970 by this machine's clock.
  func tell(until moment: Double, within limit: Duration = LoadLogs.lastWord, report: Double = 1)
    async throws(CommandError)
  {
    let end = MonotonicTime.now + limit
    while all.contains(where: { $0.silentUsers(before: moment, report: report) > 0 }),
      MonotonicTime.now < end
    {
      do { try await Task.sleep(for: .milliseconds(200)) } catch { throw .interrupted }
    }
  }

  /// Reads all logs once more: what a follower has missed is added. A log that cannot be read any
  /// more stays as it is.
  func readAgain() async throws(CommandError) {
    await withTaskGroup(of: Void.self) { group in
      for source in sources {
        group.addTask { [self] in
          do throws(CommandError) {
            let bytes = try await kubectl("logs", source.pod, within: .seconds(60))
            content.withLock { $0[source.number].add(bytes) }
          } catch {
            content.withLock { logs in
              if logs[source.number].progress.isEmpty { logs[source.number].add(error.message) }
            }
          }
        }
      }
    }
    if Task.isCancelled { throw .interrupted }
  }
}
