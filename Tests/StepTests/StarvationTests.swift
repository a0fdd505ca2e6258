import Libc
import Testing

@testable import Shared
@testable import TestSupport

/// A process that has run out of file descriptors.
@Suite(.timeLimit(.minutes(4))) struct StarvationTests {
  private let health = "GET /health HTTP/1.1\r\nHost: test\r\n\r\n"

  @Test(.enabled(if: access("/proc/self/stat", R_OK) == 0))
  func
    `out of descriptors it serves its connections, does not spin, and accepts again later`()
    async throws
  {
    let limit = 28 + 2 * Platform.cores
    let process = try await StepProcess(4, descriptors: limit)
    let address = try #require(await process.address(), "it does not listen: \(process.lines)")
    let first = try await Wire.connect(to: address)
    var others: [Wire] = []
    for _ in 0..<limit { others.append(try await Wire.connect(to: address)) }
    for wire in others { await wire.send(health) }
    _ = try #require(await process.line(containing: "cannot accept"))

    // Those of its tasks stay free, some of which they may use now; the one beyond waits.
    #expect(try process.descriptors() <= limit - 5)
    let before = try process.ticks()
    let began = MonotonicTime.now
    while MonotonicTime.now - began < .milliseconds(500) {
      await first.send(health)
      #expect(try await first.readResponse().hasPrefix("HTTP/1.1 200"))
      try await Task.sleep(for: .milliseconds(50))
    }
    // In half a second a loop that spins uses 50 ticks.
    #expect(try process.ticks() - before < 20)
    #expect(process.lines.filter { $0.contains("cannot accept") }.count == 1)

    // A connection with an answer makes room for the next.
    try await withThrowingTaskGroup(of: Void.self) { group in
      for wire in others {
        group.addTask {
          let answer = try await wire.readResponse()
          #expect(answer.hasPrefix("HTTP/1.1 200"))
          await wire.close()
        }
      }
      try await group.waitForAll()
    }
    await first.close()
    process.send(SIGTERM)
    #expect(await process.exitCode() == 0)
    await process.end()
  }

  @Test(arguments: 4...40)
  func `with too few descriptors at the start it says so in one line, and ends with 71`(limit: Int)
    async throws
  {
    let process = try await StepProcess(7, descriptors: limit)
    if await process.line(containing: "msg=listening") != nil {
      process.send(SIGTERM)
      #expect(await process.exitCode() == 0)
    } else {
      #expect(await process.exitCode() == 71)
      let lines = process.lines.filter { !$0.hasPrefix("ts=") }
      #expect(lines.count == 1 && lines[0].contains("Too many open files"), "\(process.lines)")
    }
    await process.end()
  }

  @Test func `a low soft limit of descriptors is raised, and limits no connections`() async throws {
    let limit = 20 + 2 * Platform.cores
    let process = try await StepProcess(4, descriptors: limit, mayRaise: true)
    let address = try #require(await process.address(), "it does not listen: \(process.lines)")
    var wires: [Wire] = []
    for _ in 0..<2 * limit { wires.append(try await Wire.connect(to: address)) }
    for wire in wires {
      await wire.send(health)
      #expect(try await wire.readResponse().hasPrefix("HTTP/1.1 200"))
    }
    for wire in wires { await wire.close() }
    await process.end()
  }

  @Test(.enabled(if: access("/proc/self/fd", R_OK) == 0))
  func `out of descriptors a drain serves the backlog, one connection after the other`()
    async throws
  {
    let limit = 28 + 2 * Platform.cores
    let process = try await StepProcess(4, descriptors: limit)
    let address = try #require(await process.address(), "it does not listen: \(process.lines)")
    // Each has sent half a request, so that none gives up its descriptor.
    var served: [Wire] = []
    while try process.descriptors() < limit - 8 {
      let wire = try await Wire.connect(to: address)
      await wire.send(health)
      #expect(try await wire.readResponse().hasPrefix("HTTP/1.1 200"))
      await wire.send("GET /health HTTP/1.1\r\n")
      served.append(wire)
    }
    var waiting: [Wire] = []
    for _ in 0..<3 {
      waiting.append(try await Wire.connect(to: address))
      await waiting[waiting.count - 1].send(health)
    }
    process.send(SIGTERM)
    for wire in waiting {
      #expect(try process.descriptors() <= limit - 5)
      let answer = try await wire.readToEnd()
      #expect(answer.hasPrefix("HTTP/1.1 200") && answer.contains("Connection: close"))
      await wire.close()
    }
    for wire in served {
      await wire.send("Host: test\r\n\r\n")
      #expect(try await wire.readToEnd().contains("Connection: close"))
      await wire.close()
    }
    #expect(await process.exitCode() == 0)
    #expect(
      process.lines.contains {
        $0.contains(
          "msg=stopped connections=\(served.count + 3) finished=\(served.count + 3) late=0 cut=0")
      }, "\(process.lines)")
    await process.end()
  }
}
