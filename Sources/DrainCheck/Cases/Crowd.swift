import Comparison
import Libc
import Shared

/// Clients that keep their connections and send one request after the other, at a steady rate,
/// until the server has closed all of them or said that it will. The one that has been idle longest
/// sends next: at the signal some request is on its way on a connection that looks idle to the
/// server.
struct Crowd {
  static let size = 64
  private static let beforeSignal = Duration.milliseconds(200)
  /// Servers that look at their signals once a second have noticed by then.
  private static let afterSignal = Duration.seconds(4)
  private static let gap = Duration.microseconds(100)
  /// How long before the signal the clients send again when their requests are slow: all have to
  /// be idle before, or none would be at the signal.
  private static let lead = Duration.milliseconds(1)

  struct Count {
    var sent = 0
    var lost = 0
    /// Of those lost.
    var reset = 0

    static func += (left: inout Count, right: Count) {
      left.sent += right.sent
      left.lost += right.lost
      left.reset += right.reset
    }
  }

  private let scene: Scene
  private var idle: [WireClient] = []
  private var busy: [WireClient] = []
  private var count = Count()

  init(_ scene: Scene) throws(CommandError) {
    self.scene = scene
    idle = try scene.idleClients(Self.size)
  }

  /// Loads the server, sends the signal, and goes on until the connections are closed.
  /// - Returns: the requests that were in flight at the signal or came after it; nil when the
  ///   server closed all connections before the signal.
  mutating func stop() -> Count? {
    let quiet = scene.service.isSlow ? scene.service.requestTime + .milliseconds(50) : .zero
    let began = MonotonicTime.now
    let signal = began + Self.beforeSignal + quiet
    let sprayed = began + Self.beforeSignal + max(.zero, quiet - Self.lead)
    var end = signal + Self.afterSignal
    var next = began
    var isSignalled = false
    while !(idle.isEmpty && busy.isEmpty), .now < end {
      if !isSignalled, .now >= signal {
        scene.signal()
        isSignalled = true
        // What was lost before is not the stop's.
        count = Count(sent: busy.count)
      }
      if quiet > .zero, next >= began + Self.beforeSignal, next < sprayed {
        next = sprayed
      }
      if .now >= next {
        next = max(next + Self.gap, .now)
        sendNext()
      }
      receive(until: isSignalled ? next : min(next, signal))
    }
    guard isSignalled else { return nil }
    // What is under way when the time is over gets an answer, too.
    end = .now + scene.service.patience
    while !busy.isEmpty, .now < end { receive(until: end) }
    count.lost += busy.count
    return count
  }

  /// As a client with a pool does it: it looks whether the connection has ended before it sends.
  private mutating func sendNext() {
    while !idle.isEmpty {
      let client = idle.removeFirst()
      if client.hasEnded { continue }
      count.sent += 1
      client.send(scene.service.request.whole)
      busy.append(client)
      return
    }
  }

  private mutating func receive(until time: MonotonicTime) {
    var waiting = busy.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    let left = Int32(max(0, min(50, (time - .now) / .milliseconds(1))))
    guard poll(&waiting, nfds_t(waiting.count), left) > 0 else { return }
    var still: [WireClient] = []
    for (client, state) in zip(busy, waiting) {
      guard state.revents != 0 else {
        still.append(client)
        continue
      }
      client.take()
      if let answer = client.answers.complete.first {
        client.forget()
        if !answer.saysClose, client.ending == nil { idle.append(client) }
      } else if let ending = client.ending {
        count.lost += 1
        if ending == .reset { count.reset += 1 }
      } else {
        still.append(client)
      }
    }
    busy = still
  }
}
