/// Decides what one connection of a server does next (the contract of `Server.drain`, points 2 to
/// 5). No I/O, no clock: it is told what happened and answers with what to do. HTTP/1.1 connection
/// management is RFC 9112 section 9.
struct ConnectionState: Equatable {
  enum Phase: Equatable {
    /// No byte of a next request was read.
    case idle
    /// Part of a request was read.
    case receiving
    /// A request is with its handler, or its response is being made.
    case serving
    /// The response is complete but not yet with the kernel; then the connection serves on or
    /// closes.
    case flushing(keepAlive: Bool)
    /// Our side is closed; what the client still sends is read and dropped, so that it does not
    /// turn the last response into a reset.
    case lingering(wasIdle: Bool)
    case closed
  }

  /// How long the present phase may take; the connection knows the durations.
  enum Deadline: Equatable {
    case none, idle, lameDuck, request, write, linger
  }

  /// What the parser made of the bytes so far.
  enum Parsed: Equatable {
    case nothing, partial, expectsContinue, request
    case refused(Status)
  }

  enum Action: Equatable {
    case wait
    case parse
    case sendContinue
    case serve
    /// Answer with an error of this status and close; no handler is involved.
    case refuse(Status)
    /// Read once more without waiting; if there is nothing, report `nothingLeft`.
    case readOnce
    /// Send FIN and read to the client's end.
    case halfClose
    case close
    /// A request came when nobody would serve it any more.
    case countLate
  }

  private(set) var phase = Phase.idle
  private(set) var isDraining = false
  /// The client will send no more; what it sent is still answered.
  private(set) var inputEnded = false
  private(set) var isBlocked = false

  var deadline: Deadline {
    if isBlocked, phase != .closed { return .write }
    return switch phase {
    case .idle: isDraining ? .lameDuck : .idle
    case .receiving: .request
    case .serving, .closed: .none
    case .flushing: .write
    case .lingering: .linger
    }
  }

  /// Whether bytes are wanted. While a request is served too: a pipelined one counts as read when
  /// the drain begins.
  var wantsInput: Bool { !inputEnded && phase != .closed }

  /// Whether input has to wait for its turn. What lingers is read to its end, however much of it
  /// waits already.
  var keepsInputWaiting: Bool {
    switch phase {
    case .serving, .flushing: true
    case .idle, .receiving, .lingering, .closed: false
    }
  }

  /// Whether closing now would take a response from a client that is waiting for it.
  var hasRequest: Bool {
    switch phase {
    case .receiving, .serving, .flushing: true
    case .idle, .lingering, .closed: false
    }
  }

  /// Whether the response that is about to be sent may leave the connection open.
  /// - Parameter pending: a byte of the next request was read.
  func mayKeepAlive(pending: Bool) -> Bool { pending || !(isDraining || inputEnded) }

  mutating func parsed(_ outcome: Parsed) -> Action {
    guard phase == .idle || phase == .receiving else { return .wait }
    switch outcome {
    case .nothing:
      phase = .idle
      return inputEnded ? close() : .wait
    case .partial:
      phase = .receiving
      return inputEnded ? refuse(.badRequest) : .wait
    case .expectsContinue:
      phase = .receiving
      return inputEnded ? refuse(.badRequest) : .sendContinue
    case .request:
      phase = .serving
      return .serve
    case .refused(let status):
      return refuse(status)
    }
  }

  /// The client half-closed.
  mutating func ended() -> Action {
    inputEnded = true
    switch phase {
    case .idle, .lingering: return close()
    case .receiving: return refuse(.badRequest)
    case .serving, .flushing, .closed: return .wait
    }
  }

  /// Bytes came; whoever reads looks at the phase to know whether they are for the parser.
  mutating func received() -> Action {
    switch phase {
    case .idle, .receiving: return .parse
    case .lingering(wasIdle: true):
      phase = .lingering(wasIdle: false)
      return .countLate
    case .serving, .flushing, .lingering, .closed: return .wait
    }
  }

  /// The response is complete, as its head announced it.
  mutating func responded(keepAlive: Bool) -> Action {
    guard phase == .serving else { return .wait }
    phase = .flushing(keepAlive: keepAlive)
    return isBlocked ? .wait : flushed()
  }

  /// The kernel took a part of the output only.
  mutating func blocked() { isBlocked = true }

  /// The kernel took all of the output.
  mutating func flushed() -> Action {
    isBlocked = false
    guard case .flushing(let keepAlive) = phase else { return .wait }
    guard keepAlive else { return halfClose(wasIdle: false) }
    phase = .idle
    return .parse
  }

  mutating func drain() { isDraining = true }

  /// The time of `deadline` is over.
  mutating func due() -> Action {
    if isBlocked { return close() }
    switch phase {
    case .idle: return .readOnce
    case .receiving: return refuse(.requestTimeout)
    case .flushing, .lingering: return close()
    case .serving, .closed: return .wait
    }
  }

  /// The read after the idle time found nothing.
  mutating func nothingLeft() -> Action {
    phase == .idle ? halfClose(wasIdle: true) : .wait
  }

  /// The connection is broken, or is to be cut.
  mutating func close() -> Action {
    if phase == .closed { return .wait }
    phase = .closed
    return .close
  }

  private mutating func refuse(_ status: Status) -> Action {
    phase = .serving
    return .refuse(status)
  }

  private mutating func halfClose(wasIdle: Bool) -> Action {
    if inputEnded { return close() }
    phase = .lingering(wasIdle: wasIdle)
    return .halfClose
  }
}
