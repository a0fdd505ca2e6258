import Testing

@testable import Shared

@Suite struct ConnectionStateTests {
  private func state(_ events: (inout ConnectionState) -> Void...) -> ConnectionState {
    var state = ConnectionState()
    for event in events { event(&state) }
    return state
  }

  private let request: (inout ConnectionState) -> Void = {
    _ = $0.received()
    _ = $0.parsed(.request)
  }
  private let part: (inout ConnectionState) -> Void = {
    _ = $0.received()
    _ = $0.parsed(.partial)
  }
  private let drain: (inout ConnectionState) -> Void = { $0.drain() }
  private let end: (inout ConnectionState) -> Void = { _ = $0.ended() }

  @Test func `a request is served, and its connection goes back to idle and looks for the next`() {
    var state = ConnectionState()
    #expect(state.received() == .parse)
    #expect(state.parsed(.request) == .serve)
    #expect(state.responded(keepAlive: true) == .parse)
    #expect(state.parsed(.nothing) == .wait)
    #expect(state.phase == .idle)
    #expect(state.deadline == .idle)
  }

  @Test func `bytes that come while a request is served wait for their turn`() {
    var state = state(request)
    #expect(state.received() == .wait)
    #expect(state.phase == .serving)
    #expect(state.deadline == .none)
  }

  @Test func `a response without keep-alive half-closes, and the client's end closes`() {
    var state = state(request)
    #expect(state.responded(keepAlive: false) == .halfClose)
    #expect(state.deadline == .linger)
    #expect(state.ended() == .close)
  }

  @Test func `a response that the kernel did not take is flushed before the connection goes on`() {
    var state = state(request)
    state.blocked()
    #expect(state.responded(keepAlive: false) == .wait)
    #expect(state.deadline == .write)
    #expect(state.flushed() == .halfClose)
  }

  @Test
  func `what lingers is read, however much waits already; what is served lets its input wait`() {
    var state = state(request)
    #expect(state.keepsInputWaiting)
    _ = state.responded(keepAlive: false)
    #expect(!state.keepsInputWaiting)
  }

  @Test func `a client that takes nothing loses its connection when the write time is over`() {
    var state = state(request)
    state.blocked()
    _ = state.responded(keepAlive: true)
    #expect(state.due() == .close)
  }

  @Test func `an idle connection is read once more before it is closed`() {
    var state = ConnectionState()
    #expect(state.due() == .readOnce)
    #expect(state.nothingLeft() == .halfClose)
    #expect(state.received() == .countLate)
    #expect(state.received() == .wait)
  }

  @Test func `what the last read finds is served after all`() {
    var state = ConnectionState()
    #expect(state.due() == .readOnce)
    _ = state.received()
    #expect(state.parsed(.request) == .serve)
    #expect(state.nothingLeft() == .wait)
  }

  @Test func `half a request that never becomes whole is answered 408`() {
    var state = state(part)
    #expect(state.deadline == .request)
    #expect(state.due() == .refuse(.requestTimeout))
    #expect(state.responded(keepAlive: false) == .halfClose)
  }

  @Test func `half a request whose client ends is answered 400`() {
    var state = state(part)
    #expect(state.ended() == .refuse(.badRequest))
    #expect(state.responded(keepAlive: false) == .close)
  }

  @Test func `a client that half-closed after its request is answered, then closed`() {
    var state = state(request, end)
    #expect(state.phase == .serving)
    #expect(!state.wantsInput)
    #expect(!state.mayKeepAlive(pending: false))
    #expect(state.responded(keepAlive: false) == .close)
  }

  @Test func `a drain takes keep-alive from the last request that was read, and from no other`() {
    let state = state(request, drain)
    #expect(state.mayKeepAlive(pending: true))
    #expect(!state.mayKeepAlive(pending: false))
  }

  @Test
  func `a drain gives idle connections the lame-duck time, and half-received requests their own`() {
    #expect(state(drain).deadline == .lameDuck)
    #expect(state(part, drain).deadline == .request)
    #expect(state(request, drain).deadline == .none)
  }

  @Test func `only a client that waits for a response can be cut`() {
    #expect(!state().hasRequest)
    #expect(state(part).hasRequest)
    #expect(state(request).hasRequest)
    var answered = state(request)
    _ = answered.responded(keepAlive: false)
    #expect(!answered.hasRequest)
  }

  @Test func `a closed connection does nothing more`() {
    var state = state(request)
    #expect(state.close() == .close)
    #expect(state.close() == .wait)
    #expect(state.responded(keepAlive: true) == .wait)
    #expect(state.received() == .wait)
    #expect(state.flushed() == .wait)
    #expect(state.due() == .wait)
  }
}
