import Comparison
import Shared

/// What the harness does with a real cluster, and with what that showed. The first word of the
/// command line names it.
enum Subcommand: String, CaseIterable, Sendable {
  case loadTest = "k8s-load-test"
  case comparison = "k8s-compare"
  case sideBySide = "compare"
  case lag = "k8s-measure-lag"
  case drain = "k8s-drain-node"

  /// Runs it until it ends or a signal comes. A second signal waits for nothing any more.
  /// - Returns: the exit status.
  func run(_ words: [String], environment: [String], until signals: Signals) async -> Int32 {
    // Whoever reads may go away: then writing fails, and the cluster is still left clean.
    signal(SIGPIPE, SIG_IGN)
    let work = Task { () -> Result<Int32, Refusal> in
      do throws(Refusal) { return .success(try await perform(words, environment)) } catch {
        return .failure(error)
      }
    }
    let interruption = Task {
      guard await signals.next() else { return }
      work.cancel()
      guard await signals.next() else { return }
      Say.error("interrupted twice: what is left in the cluster ends by itself")
      exit(130)
    }
    defer { interruption.cancel() }
    switch await work.value {
    case .success(let status): return status
    case .failure(let refusal):
      Say.error(refusal.message)
      return refusal.status
    }
  }

  private func perform(_ words: [String], _ environment: [String]) async throws(Refusal) -> Int32 {
    switch self {
    case .loadTest: try await LoadTest(words, environment).run()
    case .comparison: try await ClusterComparison(words, environment).run()
    case .sideBySide: try SideBySide(words).run()
    case .lag: try await LagMeasurement(words, environment).run()
    case .drain: try await NodeDrain(words, environment).run()
    }
  }
}
