/// Decides what one connection of a server does next: points 2 to 5 of the contract of
/// `Server.drain`, and the connection management of RFC 9112 section 9.
///
/// ## Theory of operation
///
///              part of a request               its rest                response
///     +------+                   +-----------+           +---------+              +----------+
/// --> | idle | ----------------> | receiving | --------> | serving | -----------> | flushing |
///     +------+                   +-----------+           +---------+              +----------+
///      |  ^ |                                                 ^                     |      |
///      |  | +------------------ a whole request --------------+                     |      |
///      |  +-------------------- keep-alive -----------------------------------------+      |
///      |                                                                                   |
///      |    timed out, nothing to read   +-----------+   the client's end   +--------+     |
///      +-------------------------------> | lingering | -------------------> | closed |     |
///                                        +-----------+                      +--------+     |
///                                              ^                 close                     |
///                                              +-------------------------------------------+
///
/// The state is told what happened, by one function per event, and answers with the one action that
/// follows. It does no I/O and reads no clock. `Connection` owns the socket, the parser and the
/// timer: it performs the action and reports the outcome as the next event.
///
/// A connection goes round the upper circle once per request. A request that is refused goes the
/// same way, with an error as its response. Input that arrives while a request is served waits in
/// the parser, which is asked again when the connection is back in idle.
///
/// Three facts come on top of the phase, since they may become true in any of them:
///
/// | fact       | begins with | ends with |
/// |------------|-------------|-----------|
/// | isDraining | drain       |           |
/// | inputEnded | ended       |           |
/// | isBlocked  | blocked     | flushed   |
///
/// A drain is right at any moment: it shortens the time of an idle connection (`timeout`), makes
/// the next response the last one (`mayKeepAlive`), and counts what comes after that. A client that
/// half-closed gets the responses to what it sent; then there is nothing to linger for. While the
/// kernel takes no output, only the write time-out counts.
///
/// Closing takes two steps. Our side ends with FIN, and what the client still sends is read and
/// dropped, so that unread input does not turn the last response into a reset (RFC 9112 section
/// 9.6). A request that arrives after an idle connection's end, or after the last response in a
/// drain, had been sent before the client saw the end: it is late.
///
/// When connections or memory run out, a connection is crowded out: an idle one closes, a request
/// that is still arriving is refused, and output that the client does not take is given up.
///
/// ## Transitions
///
/// Where no row names an event, it changes nothing but the facts, and the action is `wait`. "open"
/// and "ended" are said of the client's input, "free" and "blocked" of the output. "run" and
/// "drain" mean open input of a server that runs or drains. Only idle and receiving ask the parser
/// (`parse`), so what it finds comes in no other phase. The tests read both tables, and try each
/// event in each phase with each combination of the facts.
///
/// | phase               | event               | if           | phase then         | action       |
/// |---------------------|---------------------|--------------|--------------------|--------------|
/// | idle, receiving     | received            |              | same               | parse        |
/// | lingering late      | received            |              | same               | countLate    |
/// | idle, receiving     | foundNothing        | open         | idle               | wait         |
/// | idle, receiving     | foundNothing        | ended        | closed             | close        |
/// | idle, receiving     | foundPart           | open         | receiving          | wait         |
/// | idle, receiving     | foundPart           | ended        | serving            | refuse 400   |
/// | idle, receiving     | foundExpectation    | open         | receiving          | sendContinue |
/// | idle, receiving     | foundExpectation    | ended        | serving            | refuse 400   |
/// | idle, receiving     | foundRequest        |              | serving            | serve it     |
/// | idle, receiving     | foundError          |              | serving            | refuse it    |
/// | receiving           | ended               |              | serving            | refuse 400   |
/// | idle, lingering     | ended               |              | closed             | close        |
/// | serving             | responded keepAlive | free         | idle               | parse        |
/// | serving             | responded keepAlive | blocked      | flushing keepAlive | wait         |
/// | serving             | responded close     | free, run    | lingering served   | halfClose    |
/// | serving             | responded close     | free, drain  | lingering late     | halfClose    |
/// | serving             | responded close     | free, ended  | closed             | close        |
/// | serving             | responded close     | blocked      | flushing close     | wait         |
/// | flushing keepAlive  | flushed             |              | idle               | parse        |
/// | flushing close      | flushed             | run          | lingering served   | halfClose    |
/// | flushing close      | flushed             | drain        | lingering late     | halfClose    |
/// | flushing close      | flushed             | ended        | closed             | close        |
/// | idle                | timedOut            | free         | same               | readOnce     |
/// | idle                | lastRead            | open         | lingering late     | halfClose    |
/// | idle                | lastRead            | ended        | closed             | close        |
/// | receiving           | timedOut            | free         | serving            | refuse 408   |
/// | idle, receiving     | timedOut            | blocked      | closed             | close        |
/// | serving             | timedOut            | blocked      | closed             | close        |
/// | flushing, lingering | timedOut            |              | closed             | close        |
/// | idle                | crowdedOut          | free         | closed             | close        |
/// | receiving           | crowdedOut          | free         | serving            | refuse 503   |
/// | idle, receiving     | crowdedOut          | blocked      | closed             | close        |
/// | serving             | crowdedOut          | blocked      | closed             | close        |
/// | flushing, lingering | crowdedOut          |              | closed             | close        |
/// | all but closed      | close               |              | closed             | close        |
struct ConnectionState: Equatable {
  enum Phase: Equatable {
    /// No byte of a next request was read.
    case idle
    /// Part of a request was read.
    case receiving
    /// A request is with its handler, or its response is being made.
    case serving
    /// The response is complete, and the kernel has not taken all of it.
    case flushing(keepAlive: Bool)
    /// Our side has ended; what the client still sends is read and dropped, and counted if it is
    /// late.
    case lingering(countsLate: Bool)
    case closed
  }

  /// Which time-out runs; the connection knows the durations.
  enum Timeout: Equatable {
    case none, idle, lameDuck, request, write, linger
  }

  enum Action: Equatable {
    case wait
    /// Ask the parser, and report what it found.
    case parse
    case sendContinue
    /// Hand the request to its handler, and report `responded`.
    case serve
    /// Answer with an error of this status, without a handler, and report `responded`.
    case refuse(Status)
    /// Read without waiting, and report `lastRead` after whatever that found.
    case readOnce
    /// Send FIN and read to the client's end.
    case halfClose
    case close
    /// Count the requests that came when the connection could no longer serve them.
    case countLate
  }

  private(set) var phase = Phase.idle
  private(set) var isDraining = false
  /// The client will send no more; what it sent is still answered.
  private(set) var inputEnded = false
  /// The kernel took a part of the output only.
  private(set) var isBlocked = false

  // MARK: Questions

  var timeout: Timeout {
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

  /// Whether bytes that come are for the parser: what lingers is dropped, unless it counts as late.
  var keepsInput: Bool {
    switch phase {
    case .idle, .receiving, .serving, .flushing: true
    case .lingering(let countsLate): countsLate
    case .closed: false
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

  // MARK: Events

  /// Bytes came. The phase tells whether they are for the parser.
  mutating func received() -> Action {
    switch phase {
    case .idle, .receiving: return .parse
    case .lingering(countsLate: true): return .countLate
    case .serving, .flushing, .lingering, .closed: return .wait
    }
  }

  /// The parser waits for a next request.
  mutating func foundNothing() -> Action {
    assert(parses)
    phase = .idle
    return inputEnded ? close() : .wait
  }

  /// The parser waits for the rest of a request.
  mutating func foundPart() -> Action {
    assert(parses)
    phase = .receiving
    return inputEnded ? refuse(.badRequest) : .wait
  }

  /// As `foundPart`; the client waits for `100 Continue` before it sends the rest.
  mutating func foundExpectation() -> Action {
    assert(parses)
    phase = .receiving
    return inputEnded ? refuse(.badRequest) : .sendContinue
  }

  mutating func foundRequest() -> Action {
    assert(parses)
    phase = .serving
    return .serve
  }

  /// What came is no request; what to answer.
  mutating func foundError(_ status: Status) -> Action {
    assert(parses)
    return refuse(status)
  }

  /// Whether the parser may find something.
  var parses: Bool { phase == .idle || phase == .receiving }

  /// The client half-closed.
  mutating func ended() -> Action {
    inputEnded = true
    switch phase {
    case .idle, .lingering: return close()
    case .receiving: return refuse(.badRequest)
    case .serving, .flushing, .closed: return .wait
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
    guard keepAlive else { return halfClose(countsLate: isDraining) }
    phase = .idle
    return .parse
  }

  /// The server wants to stop.
  mutating func drain() { isDraining = true }

  /// The time of `timeout` is over.
  mutating func timedOut() -> Action {
    if isBlocked { return close() }
    switch phase {
    case .idle: return .readOnce
    case .receiving: return refuse(.requestTimeout)
    case .flushing, .lingering: return close()
    case .serving, .closed: return .wait
    }
  }

  /// The read that `readOnce` asks for has been made; what it found was reported before.
  mutating func lastRead() -> Action {
    phase == .idle ? halfClose(countsLate: true) : .wait
  }

  /// Connections or memory ran out, and this one is to make room.
  mutating func crowdedOut() -> Action {
    if isBlocked { return close() }
    switch phase {
    case .idle, .flushing, .lingering: return close()
    case .receiving: return refuse(.serviceUnavailable)
    case .serving, .closed: return .wait
    }
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

  private mutating func halfClose(countsLate: Bool) -> Action {
    if inputEnded { return close() }
    phase = .lingering(countsLate: countsLate)
    return .halfClose
  }
}
