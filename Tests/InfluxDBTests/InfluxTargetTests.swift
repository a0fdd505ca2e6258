import Libc
import Testing

@testable import Comparison
@testable import Rehearsal
@testable import Shared
@testable import TestSupport

/// make influxdb-local, -count and -clear with a real InfluxDB.
@Suite(
  .needsInfluxDB, .timeLimit(.minutes(4)))
struct InfluxTargetTests {
  @Test func `the operations are counted for each pod, and deleted without anything else`()
    async throws
  {
    try await RealInfluxDB.server { server async throws in
      let sandbox = try Sandbox()
      let database = server.database
      let url = "url=\(database.base)/"
      for (number, pod) in ["calc-a", "calc-b", "calc-a"].enumerated() {
        let operation = Operation(id: "r\(number / 2)", name: "sum", numbers: 4, result: 10)
        #expect(await database.write(try operation.point(pod: pod, at: Int64(number)).line) == nil)
      }
      #expect(await database.write("other f=1i 1") == nil)
      let counted = try await sandbox.make("influxdb-count", url)
      #expect(
        counted.code == 0 && counted.lines.dropFirst().first == "3 operations, 2 different ids",
        "\(counted.text)")
      #expect(
        counted.lines.dropFirst(2).map { $0.split(separator: " ") } == [
          ["calc-a", "2"], ["calc-b", "1"],
        ])
      for pod in 0..<22 {
        let operation = Operation(id: "p\(pod)", name: "sum", numbers: 4, result: 10)
        let line = try operation.point(pod: "calc-n\(pod)", at: Int64(100 + pod)).line
        #expect(await database.write(line) == nil)
      }
      let many = try await sandbox.make("influxdb-count", url).lines.dropFirst(2)
      #expect(many.count == 21)
      #expect(many.first?.split(separator: " ") == ["calc-n21", "1"])
      #expect(many.last == "  and 4 older pods")
      for count in [25, 0] {
        let cleared = try await sandbox.make("influxdb-clear", url)
        #expect(cleared.code == 0)
        #expect(
          cleared.lines.first
            == "deletes the \(count) operations in database calc at \(database.base), and nothing "
            + "else"
        )
      }
      #expect(
        try await sandbox.make("influxdb-count", url).lines.last == "0 operations, 0 different ids")
      #expect(
        String(decoding: try await database.query("SHOW MEASUREMENTS"), as: UTF8.self).contains(
          #"[["other"]]"#))
    }
  }

  @Test(arguments: ["influxdb-count", "influxdb-clear"])
  func `a database that is not there is told in one line`(target: String) async throws {
    try await RealInfluxDB.server { server async throws in
      try await server.database.drop()
      let run = try await Sandbox().make(target, "url=\(server.database.base)")
      #expect(run.code == 2)
      #expect(
        run.lines.last == "InfluxDB at \(server.database.base) refuses: database not found: calc",
        "\(run.text)")
    }
  }

  /// The user's Ctrl-C reaches the whole group; a SIGTERM from elsewhere only make.
  @Test(arguments: [(SIGINT, true), (SIGTERM, false)])
  func `a local server has the database, keeps its data, and is gone when it is ended`(
    signal: Int32, isForAll: Bool
  ) async throws {
    let sandbox = try Sandbox(programs: ["docker"])
    try sandbox.answers("*|docker info|1|Cannot connect to the Docker daemon")
    var addresses = LoopbackAddresses(subject: 7, mode: .portEach, origin: Int(getpid()) + 8)
    let port = try addresses.take().port
    let url = "url=http://localhost:\(port)"
    for count in [1, 2] {
      let seen = Lock<Task<Sandbox.Run, any Error>?>(nil)
      let run = try await sandbox.make(["influxdb-local", url]) { text, group in
        guard text.contains("Ctrl-C ends it") else { return }
        seen.withLock { task in
          if task != nil { return }
          task = Task {
            defer { kill(isForAll ? -group : group, signal) }
            let database = RealInfluxDB.Database(
              base: "http://127.0.0.1:\(port)", name: "calc", on: EventLoop())
            let operation = Operation(id: "r\(count)", name: "sum", numbers: 4, result: 10)
            #expect(
              await database.write(try operation.point(pod: "a", at: Int64(count)).line) == nil)
            return try await sandbox.make("influxdb-count", url)
          }
        }
      }
      let counted = try await seen.withLock(\.self)?.value
      #expect(
        counted?.lines.dropFirst().first == "\(count) operations, \(count) different ids",
        "\(run.text) \(counted?.text ?? "")")
      // Its output ended, so no process has it any more; and none listens.
      #expect(
        try await sandbox.make("influxdb-count", url).lines.last?.hasPrefix("no InfluxDB answers")
          == true)
    }
  }

  @Test func `a local server that does not start says why`() async throws {
    let sandbox = try Sandbox(programs: ["docker"])
    try sandbox.answers("*|docker info|1|Cannot connect to the Docker daemon")
    var addresses = LoopbackAddresses(subject: 7, mode: .portEach, origin: Int(getpid()) + 9)
    let port = try addresses.take().port
    // A file where a folder should be.
    try sandbox.write("", to: "state/influxdb/\(port)/meta")
    let run = try await sandbox.make("influxdb-local", "url=http://localhost:\(port)")
    #expect(run.code == 2)
    #expect(
      run.lines.last?.hasPrefix("InfluxDB ended with status 1: run: create server") == true,
      "\(run.text)")
  }

  @Test func `a port that is taken is told`() async throws {
    try await RealInfluxDB.with { database async throws in
      let run = try await Sandbox().make("influxdb-local", "url=\(database.base)")
      #expect(run.code == 2)
      #expect(
        run.lines.first?.hasPrefix("port \(database.influx.port) is taken") == true
          && run.lines.count == 1, "\(run.text)")
    }
  }
}
