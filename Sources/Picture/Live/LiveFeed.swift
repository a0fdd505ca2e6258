import Comparison
import Shared

/// Where rows, each on its own loop, put how they are doing, and viewers find what they have not
/// seen.
///
/// A row only leaves its state here, and waits for nothing. What has changed is put into words
/// twice a second, once for all viewers, and not at all while there is no viewer.
package final class LiveFeed: Sendable {
  private struct State {
    /// As the rows left them last.
    var latest: [String: RowProgress] = [:]
    /// As the viewers know them.
    var shown: [String: RowProgress] = [:]
    var order: [String]
    /// What stands in place of the rows: what was recorded, or what they came to in the end.
    var recorded: PageData?
    var queues: [Int: ViewerQueue] = [:]
    /// Fulfilled by the next thing that a viewer could get.
    var wakes: [Int: Promise<Void>] = [:]
    var lastViewer = 0
    var ticks = 0
  }

  /// What the page shows, taken under the lock. The documents are made outside of it, since rows
  /// would wait: each holds all failures of its row.
  private enum Contents {
    case recorded(PageData)
    case running([RowProgress])

    init(_ state: State) {
      self =
        state.recorded.map { .recorded($0) } ?? .running(state.order.compactMap { state.shown[$0] })
    }

    var data: PageData {
      switch self {
      case .recorded(let data): data
      case .running(let rows): PageData(documents: rows.map(\.document), live: true)
      }
    }
  }

  private struct Snapshot: Encodable {
    let kind = "snapshot"
    let data: PageData
  }

  private struct Delta: Encodable {
    let kind = "delta"
    let rows: [RowDelta]
  }

  /// Between two looks at the rows.
  static let period = Duration.milliseconds(500)
  /// A comment that finds out whether the viewer is still there, after so many of them.
  private static let heartbeat = 20

  private let state: Lock<State>

  /// A feed of rows that are about to run.
  package init(rows: [String]) {
    state = Lock(State(order: rows))
  }

  /// A feed of what was recorded: it never changes.
  init(_ recorded: PageData) {
    state = Lock(State(order: [], recorded: recorded))
  }

  /// Takes the state of a row.
  package func put(_ progress: RowProgress) {
    state.withLock { $0.latest[progress.result.row] = progress }
  }

  /// The rows have come to their end: all viewers get the results with their verdicts.
  package func finish(_ results: [RowResult], folder: String) {
    let documents = results.map {
      PageDocument($0, file: ResultFile.path(of: $0.row, in: folder))
    }
    let wakes = state.withLock { state in
      state.recorded = PageData(documents: documents)
      for viewer in state.queues.keys { state.queues[viewer]?.drop() }
      return Self.takeWakes(&state)
    }
    for wake in wakes { wake.fulfil(()) }
  }

  /// Looks at the rows until cancelled.
  func run() async {
    while !Task.isCancelled {
      tick()
      try? await Task.sleep(for: Self.period)
    }
  }

  /// Gives the viewers what has changed.
  func tick() {
    let rows = state.withLock { state -> [(old: RowProgress?, new: RowProgress)] in
      state.ticks += 1
      guard state.recorded == nil, !state.queues.isEmpty else { return [] }
      return state.order.compactMap { name in
        state.latest[name].map { (state.shown[name], $0) }
      }
    }
    // Put into words outside of the lock, for which rows would wait.
    let deltas = rows.compactMap { row in row.old.map { RowDelta(from: $0, to: row.new) } }
    let event = deltas.isEmpty ? nil : Self.event(Delta(rows: deltas))
    let wakes = state.withLock { state -> [Promise<Void>] in
      let isNew = rows.contains { $0.old == nil }
      for row in rows { state.shown[row.new.result.row] = row.new }
      for viewer in state.queues.keys {
        // A row that no viewer knows comes with a snapshot.
        if isNew {
          state.queues[viewer]?.drop()
        } else if let event, state.recorded == nil {
          state.queues[viewer]?.append(event)
        }
        if state.ticks.isMultiple(of: Self.heartbeat), state.queues[viewer]?.isEmpty == true {
          state.queues[viewer]?.append(Array(":\n\n".utf8))
        }
      }
      return Self.takeWakes(&state)
    }
    for wake in wakes { wake.fulfil(()) }
  }

  /// What stands in the page before the first event.
  func data() -> PageData { state.withLock { Contents($0) }.data }

  /// - Returns: the viewer's number, for `next` and `leave`.
  func join() -> Int {
    state.withLock { state in
      // Rows that ran before there was a viewer.
      if state.queues.isEmpty { state.shown = state.latest }
      state.lastViewer += 1
      state.queues[state.lastViewer] = ViewerQueue()
      return state.lastViewer
    }
  }

  func leave(_ viewer: Int) {
    state.withLock { state in
      state.queues[viewer] = nil
      state.wakes[viewer] = nil
    }
  }

  /// The next bytes of a viewer's stream. Waits until there are some.
  /// - Throws: `CancellationError`.
  func next(_ viewer: Int) async throws -> [UInt8] {
    while true {
      let wake = Promise<Void>()
      let (next, contents) = state.withLock { state -> (ViewerQueue.Next?, Contents?) in
        let next = state.queues[viewer]?.next()
        if next == nil { state.wakes[viewer] = wake }
        return (next, next == .snapshot ? Contents(state) : nil)
      }
      switch next {
      case .event(let bytes): return bytes
      case .snapshot: if let contents { return Self.event(Snapshot(data: contents.data)) }
      case nil:
        await wake.wait(onCancel: ())
        try Task.checkCancellation()
      }
    }
  }

  private static func takeWakes(_ state: inout State) -> [Promise<Void>] {
    let ready = state.wakes.filter { state.queues[$0.key]?.isEmpty == false }
    for viewer in ready.keys { state.wakes[viewer] = nil }
    return Array(ready.values)
  }

  /// One event of a stream (HTML, server-sent events). JSON has no newline of its own.
  private static func event(_ value: some Encodable) -> [UInt8] {
    let json = (try? PageData.json(value)) ?? []
    return Array("data: ".utf8) + json + Array("\n\n".utf8)
  }
}
