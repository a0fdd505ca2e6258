import Testing

@testable import Shared

@Suite struct RunningTimeTests {
  @Test func `time that the process runs counts as it is`() {
    var time = RunningTime(.milliseconds(250))
    #expect(time.next == .milliseconds(100))
    time.slept(.milliseconds(110))
    #expect(time.next == .milliseconds(100))
    time.slept(.milliseconds(105))
    #expect(time.next == .milliseconds(35))
    time.slept(.milliseconds(36))
    #expect(time.next == nil)
  }

  @Test func `a stop of any length costs no more than two slices`() {
    var time = RunningTime(.seconds(1))
    time.slept(.seconds(3600))
    #expect(time.left == .milliseconds(800))
  }

  @Test func `a clock that steps back costs nothing`() {
    var time = RunningTime(.seconds(1))
    time.slept(.seconds(-5))
    #expect(time.left == .seconds(1))
  }

  @Test func `a sleep lasts its time, and ends at once when its task is cancelled`() async {
    let began = MonotonicTime.now
    try? await RunningTime.sleep(for: .milliseconds(150))
    #expect(MonotonicTime.now - began >= .milliseconds(150))
    let sleeping = Task { try await RunningTime.sleep(for: .seconds(3600)) }
    sleeping.cancel()
    await #expect(throws: CancellationError.self) { try await sleeping.value }
  }
}
