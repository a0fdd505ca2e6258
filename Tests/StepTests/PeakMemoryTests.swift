import Libc
import Testing

@testable import TestSupport

/// The memory that a process ever held, however its clients behave.
@Suite(
  .timeLimit(.minutes(4)),
  .enabled(if: access("/proc/self/status", R_OK) == 0, "needs /proc"),
  .disabled(if: Sanitizer.isAddress, "the sanitizer keeps memory that was freed")
) struct PeakMemoryTests {
  private let health = "GET /health HTTP/1.1\r\nHost: test\r\n\r\n"

  @Test func `the half-sent bodies of a crowd take no more memory than the budget`() async throws {
    let process = try await StepProcess(4)
    let address = try #require(await process.address(), "it does not listen: \(process.lines)")
    let part =
      Array("POST /sum HTTP/1.1\r\nHost: test\r\nContent-Length: 1048576\r\n\r\n".utf8)
      + [UInt8](repeating: UInt8(ascii: " "), count: 900_000)
    var crowd: [Wire] = []
    for _ in 0..<128 {
      crowd.append(try await Wire.connect(to: address))
      await crowd[crowd.count - 1].send(part)
    }
    // The first ones make room for others, which then send more.
    for _ in 0..<20 {
      let probe = try await Wire.connect(to: address)
      await probe.send(health)
      #expect(try await probe.readResponse().hasPrefix("HTTP/1.1 200"))
      await probe.close()
      try await Task.sleep(for: .milliseconds(100))
    }
    // All of it would be 110 MiB, in buffers that grow by doubling.
    #expect(try process.peakMemory() < 80 << 20)
    for wire in crowd { await wire.close() }
    await process.end()
  }

  @Test func `a connection that waits for a request holds nothing of the one before`() async throws
  {
    let process = try await StepProcess(4)
    let address = try #require(await process.address(), "it does not listen: \(process.lines)")
    let body = #"{"numbers":[1]"# + String(repeating: " ", count: 900_000) + "}"
    let request =
      "POST /sum HTTP/1.1\r\nHost: test\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    var idle: [Wire] = []
    var first: Int?
    for _ in 0..<40 {
      let wire = try await Wire.connect(to: address)
      await wire.send(request)
      #expect(try await wire.readResponse().hasPrefix("HTTP/1.1 200"))
      idle.append(wire)
      if first == nil { first = try process.peakMemory() }
    }
    #expect(try process.peakMemory() < #require(first) + (12 << 20))
    for wire in idle { await wire.close() }
    await process.end()
  }
}
