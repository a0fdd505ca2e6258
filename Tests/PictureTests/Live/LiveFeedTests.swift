import Shared
import Testing

@testable import Comparison
@testable import Picture
@testable import TestSupport

/// What viewers get while rows run.
@Suite struct LiveFeedTests {
  private func next(_ feed: LiveFeed, _ viewer: Int) async throws -> String {
    String(decoding: try await feed.next(viewer), as: UTF8.self)
  }

  @Test func `a viewer that is cancelled while it waits is let go`() async throws {
    let feed = LiveFeed(rows: ["4"])
    let viewer = feed.join()
    _ = try await next(feed, viewer)
    let waiting = Task { try await next(feed, viewer) }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { _ = try await waiting.value }
  }

  @Test func `a viewer gets a snapshot, then what has changed`() async throws {
    let feed = LiveFeed(rows: ["3", "4"])
    feed.put(SampleRow.progress(SampleRow.result(failures: 0)))
    let viewer = feed.join()
    let snapshot = try await next(feed, viewer)
    #expect(snapshot.hasPrefix(#"data: {"data":{"documents":["#))
    #expect(snapshot.hasSuffix("\n\n"))
    #expect(snapshot.contains(#""live":true"#))
    feed.put(SampleRow.progress(SampleRow.result(failures: 3), now: 12.5))
    feed.tick()
    let delta = try await next(feed, viewer)
    #expect(delta.hasPrefix(#"data: {"kind":"delta","rows":[{"counts":"#))
    #expect(delta.contains(#""now":12.5"#))
    #expect(delta.contains("4-0-2"))
    #expect(!delta.contains("127.0.0.2"), "the pod did not change")
  }

  @Test func `a row that no viewer has seen comes with a snapshot`() async throws {
    let feed = LiveFeed(rows: ["3", "4"])
    let viewer = feed.join()
    #expect(try await next(feed, viewer).contains(#""documents":[]"#))
    feed.put(SampleRow.progress(SampleRow.result()))
    feed.tick()
    #expect(try await next(feed, viewer).contains("calc-1-0"))
  }

  @Test func `a viewer that reads nothing holds no more than the bound, then gets a snapshot`()
    async throws
  {
    let feed = LiveFeed(rows: ["4"])
    feed.put(SampleRow.progress(SampleRow.result(failures: 0)))
    let (slow, quick) = (feed.join(), feed.join())
    _ = try await next(feed, slow)
    _ = try await next(feed, quick)
    for number in 1...(ViewerQueue.limit + 1) {
      feed.put(SampleRow.progress(SampleRow.result(failures: number), now: Double(number)))
      feed.tick()
      #expect(try await next(feed, quick).contains(#""kind":"delta""#))
    }
    let fresh = try await next(feed, slow)
    #expect(fresh.contains(#""kind":"snapshot""#))
    #expect(fresh.contains("4-0-\(ViewerQueue.limit)"), "nothing is missing")
  }

  @Test func `at the end all viewers get the results with their verdicts`() async throws {
    let feed = LiveFeed(rows: ["4"])
    feed.put(SampleRow.progress(SampleRow.result()))
    let viewer = feed.join()
    _ = try await next(feed, viewer)
    async let waiting = next(feed, viewer)
    let results = Verdict.judge([SampleRow.result()])
    feed.finish(results, folder: "results/rehearsal")
    let last = try await waiting
    #expect(last.contains("\"word\":\"\(results[0].verdict?.word ?? "")\""))
    #expect(last.contains(#""live":false"#))
    #expect(last.contains(#""file":"results/rehearsal/4.json""#))
  }

  @Test func `a late viewer gets everything that happened before`() async throws {
    let feed = LiveFeed(rows: ["4"])
    for number in 0...5 {
      feed.put(SampleRow.progress(SampleRow.result(failures: number)))
      feed.tick()
    }
    #expect(try await next(feed, feed.join()).contains("4-0-4"))
  }
}

@Suite struct ViewerQueueTests {
  private func bytes(_ number: Int) -> [UInt8] { [UInt8(number)] }

  @Test func `it begins with a snapshot, which contains the events before it`() {
    var queue = ViewerQueue()
    queue.append(bytes(1))
    #expect(queue.next() == .snapshot)
    #expect(queue.next() == nil)
    queue.append(bytes(2))
    #expect(queue.next() == .event(bytes(2)))
    #expect(queue.isEmpty)
  }

  @Test func `beyond its bound it drops what waits, and asks for a snapshot`() {
    var queue = ViewerQueue()
    _ = queue.next()
    for number in 0...ViewerQueue.limit { queue.append(bytes(number)) }
    #expect(queue.next() == .snapshot)
    #expect(queue.next() == nil)
  }
}

@Suite struct RowDeltaTests {
  private func delta(_ change: (inout RowResult) -> Void) -> RowDelta {
    let before = SampleRow.result()
    var after = before
    change(&after)
    return RowDelta(from: SampleRow.progress(before), to: SampleRow.progress(after, now: 13))
  }

  @Test func `what did not change is not sent`() {
    let nothing = delta { _ in }
    #expect(nothing.counts == nil && nothing.pods == nil && nothing.failures == nil)
    #expect(nothing.series == nil && nothing.spans == nil)
    #expect(nothing.now == 13)
  }

  @Test func `a pod of which only the last request is new is not sent`() {
    #expect(delta { $0.pods[0].lastRequest = 12 }.pods == nil)
    #expect(delta { $0.pods[0].lost = 12 }.pods?.count == 1)
  }

  @Test func `only new failures are sent`() {
    let more = delta { $0.failures?.append(SampleRow.failure(12, number: 9, nil)) }
    #expect(more.failures?.rows.map(\.id) == ["4-0-9"])
  }

  @Test func `a series is sent from the first step that changed`() {
    func series(_ instants: [Double]) -> RequestSeries {
      var series = RequestSeries()
      for instant in instants {
        series.add(.tcp, .fresh, at: .seconds(instant), isFailed: false)
      }
      return series
    }
    var (before, after) = (SampleRow.result(), SampleRow.result())
    before.series = series([0.1, 0.3, 0.5])
    after.series = series([0.1, 0.3, 0.5, 0.35, 0.7])
    let delta = RowDelta(from: SampleRow.progress(before), to: SampleRow.progress(after))
    #expect(
      delta.series?.lines == [
        .init(door: .tcp, kind: .fresh, from: 1, sent: [2, 1, 1], failed: [0, 0, 0])
      ])
  }
}
