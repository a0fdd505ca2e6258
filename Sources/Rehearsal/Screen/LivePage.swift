import Comparison
import Picture
import Shared
import Synchronization

/// The page while a rehearsal runs, and after it until a signal.
final class LivePage: Sendable {
  let feed: LiveFeed
  private let server: PageServer
  /// The rows are over; from then on a signal only takes the page away.
  private let isAlone = Atomic(false)
  private let end = Promise<Void>()

  /// - Parameters:
  ///   - port: on loopback; nil when no page was asked for.
  ///   - names: of the rows, in the order in which they are shown.
  /// - Throws: `CommandError` (71) when the port cannot be had.
  init?(port: UInt16?, names: [String]) async throws(CommandError) {
    guard let port else { return nil }
    feed = LiveFeed(rows: names)
    server = try await PageServer(feed, port: port)
    Console.line("\(server.url) shows it live")
  }

  var url: String { server.url }

  /// Waits for the signal that ends it.
  func staysOpen() async {
    isAlone.store(true, ordering: .sequentiallyConsistent)
    await end.wait()
    await server.stop()
  }

  /// A signal came.
  /// - Returns: false while rows run, which a signal interrupts.
  func leave() -> Bool {
    guard isAlone.load(ordering: .sequentiallyConsistent) else { return false }
    end.fulfil(())
    return true
  }
}
