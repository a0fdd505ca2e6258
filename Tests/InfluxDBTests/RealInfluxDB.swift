import Libc
import Synchronization
import Testing

@testable import Comparison
@testable import Rehearsal
@testable import Shared
@testable import TestSupport

/// The InfluxDB that `Scripts/with-influxdb.sh` started for the tests.
enum RealInfluxDB {
  /// Nil without one: then these tests are skipped, and the script says so.
  static let url = getenv("INFLUXDB_TEST_URL").map { String(cString: $0) }
  static let program = getenv("INFLUXD").map { String(cString: $0) }

  static var isThere: Bool { url != nil && program != nil }

  private static let databases = Atomic(0)
  private static let loop = EventLoop()

  /// Calls `body` with a database of its own.
  static func with<Result: Sendable>(_ body: @Sendable (Database) async throws -> Result)
    async throws -> Result
  {
    let number = databases.add(1, ordering: .relaxed).newValue
    let database = Database(base: try #require(url), name: "test-\(getpid())-\(number)", on: loop)
    try await database.create()
    do {
      let result = try await body(database)
      try await database.drop()
      return result
    } catch {
      try? await database.drop()
      throw error
    }
  }

  /// A server of one's own, which may be stopped and started again.
  static func server(_ settings: String = "", _ body: @Sendable (Instance) async throws -> Void)
    async throws
  {
    let instance = try Instance(program: #require(program), settings: settings, on: loop)
    do {
      try await instance.start()
      try await body(instance)
    } catch {
      instance.end()
      throw error
    }
    instance.end()
  }

  /// One database, and what is in it.
  struct Database: Sendable {
    let influx: Influx
    private let client: LoopBound<InfluxClient>

    init(base: String, name: String, on loop: EventLoop) {
      guard let influx = Influx(base: base, database: name) else {
        preconditionFailure("\(base) is no URL")
      }
      self.influx = influx
      client = LoopBound(InfluxClient(influx, maxAnswer: 64 << 20), of: loop)
    }

    var base: String { "http://\(influx.authority)" }

    func create() async throws { _ = try await query(#"CREATE DATABASE "\#(influx.database)""#) }
    func drop() async throws { _ = try await query(#"DROP DATABASE "\#(influx.database)""#) }

    func query(_ statement: String) async throws -> [UInt8] {
      try await client.with { client, loop -> Result<[UInt8], InfluxError> in
        do throws(InfluxError) {
          return .success(try await client.query(statement, on: loop))
        } catch {
          return .failure(error)
        }
      }.get()
    }

    func write(_ lines: some StringProtocol & Sendable) async -> InfluxError? {
      await client.with { client, loop in
        do throws(InfluxError) {
          try await client.write(Array(lines.utf8), on: loop)
          return nil
        } catch {
          return error
        }
      }
    }

    func ping() async -> Bool {
      await client.with { client, loop in (try? await client.ping(on: loop)) != nil }
    }

    /// The ids of all operations, each as often as it is there.
    func ids() async throws -> [String] {
      try StoredOperations(Array(await query(#"SELECT "id" FROM "operation""#))).ids
    }

    func count() async throws -> Int {
      let answer = String(
        decoding: try await query(#"SELECT COUNT("id") FROM "operation""#), as: UTF8.self)
      return answer.firstMatch(of: /"values":\[\[0,(\d+)\]\]/).flatMap { Int($0.1) } ?? 0
    }
  }

  /// An `influxd` with a port and a folder of its own. It dies with the tests, however they end.
  final class Instance: Sendable {
    let database: Database
    private let program: String
    private let folder: String
    private let group: PodGroup
    private let process = Lock<PodProcess?>(nil)

    init(program: String, settings: String, on loop: EventLoop) throws {
      self.program = program
      group = try PodGroup(harness: BuiltHarness.path)
      folder = "/tmp/influxdb-test-\(getpid())-\(UInt32.random(in: 0...(.max)))"
      var addresses = LoopbackAddresses(subject: 7, mode: .portEach, origin: Int(getpid()) + 7)
      let (http, backup) = (try addresses.take(), try addresses.take())
      database = Database(base: "http://\(http)", name: "calc", on: loop)
      let configuration = """
        reporting-disabled = true
        bind-address = "\(backup)"
        [meta]
          dir = "\(folder)/meta"
        [data]
          dir = "\(folder)/data"
          wal-dir = "\(folder)/wal"
          \(settings)
        [http]
          bind-address = "\(http)"
          log-enabled = false
        [monitor]
          store-enabled = false
        """
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data(configuration.utf8).write(to: URL(fileURLWithPath: "\(folder)/influxdb.conf"))
    }

    /// Returns once it answers and has the database.
    func start() async throws {
      let started = try group.start(
        program, ["run", "-config", "\(folder)/influxdb.conf"], environment: ["HOME=\(folder)"])
      process.withLock { $0 = started }
      // What it writes is read, so that it never waits for a reader.
      BackgroundThread.start {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
          var request = pollfd(fd: started.output, events: Int16(POLLIN), revents: 0)
          _ = poll(&request, 1, -1)
          let count = read(started.output, &buffer, buffer.count)
          if count == 0 || count < 0 && errno != EAGAIN && errno != EINTR { break }
        }
        close(started.output)
      }
      let deadline = MonotonicTime.now + .seconds(30)
      while await !database.ping() {
        try #require(MonotonicTime.now < deadline, "InfluxDB does not start")
        try await Task.sleep(for: .milliseconds(50))
      }
      try await database.create()
    }

    /// As by a node that goes down; returns once it does not listen any more.
    func stop() async throws {
      process.withLock { $0.take() }?.send(SIGTERM)
      let deadline = MonotonicTime.now + .seconds(30)
      while await database.ping() {
        try #require(MonotonicTime.now < deadline, "InfluxDB does not stop")
        try await Task.sleep(for: .milliseconds(20))
      }
      while group.takeExits().isEmpty {
        try #require(MonotonicTime.now < deadline, "InfluxDB does not end")
        try await Task.sleep(for: .milliseconds(20))
      }
    }

    func end() {
      _ = group.end()
      try? FileManager.default.removeItem(atPath: folder)
    }
  }
}

extension Trait where Self == ConditionTrait {
  /// Runs a test where `make test` found a real InfluxDB.
  static var needsInfluxDB: Self {
    .enabled(if: RealInfluxDB.isThere || Tool.areRequired, "needs influxd")
  }
}
