import Testing

@testable import Shared
@testable import TestSupport

@Suite(.timeLimit(.minutes(4))) struct InfluxClientTests {
  private static let loop = EventLoop()

  private func client(_ influx: Influx, timeout: Duration = .seconds(10), maxAnswer: Int = 1 << 20)
    -> LoopBound<InfluxClient>
  {
    LoopBound(InfluxClient(influx, timeout: timeout, maxAnswer: maxAnswer), of: Self.loop)
  }

  private func write(_ influx: Influx, timeout: Duration = .seconds(10)) async -> InfluxError? {
    await write(with: client(influx, timeout: timeout))
  }

  private func write(with client: LoopBound<InfluxClient>) async -> InfluxError? {
    await client.with { client, loop in
      do throws(InfluxError) {
        try await client.write(Array("m f=1i 7\n".utf8), on: loop)
        return nil
      } catch {
        return error
      }
    }
  }

  @Test func `a write names database and precision, and 204 is success`() async throws {
    try await TestInflux.with { (test, influx) async throws in
      #expect(await write(Influx(base: "http://\(influx.authority)", database: "a b&c")!) == nil)
      #expect(test.requests == ["POST /write?db=a%20b%26c&precision=ns m f=1i 7\n"])
    }
  }

  @Test func `the path of the URL comes first`() async throws {
    try await TestInflux.with { (test, influx) async throws in
      #expect(await write(Influx(base: "http://\(influx.authority)/db/", database: "calc")!) == nil)
      #expect(test.requests.first?.hasPrefix("POST /db/write?") == true)
    }
  }

  @Test(arguments: [200, 202, 301, 400, 401, 404, 413])
  func `any other status is final`(code: Int) async throws {
    try await TestInflux.with { _ in
      .json(Status(code), #"{"error":"no"}"#)
    } _: { (_, influx) async throws in
      let error = await write(influx)
      #expect(error == .rejected(Status(code), message: "no"))
      #expect(error?.isRetryable == false)
    }
  }

  @Test(arguments: [408, 425, 429, 500, 503])
  func `what may pass is retryable, and Retry-After is read`(code: Int) async throws {
    let answer: @Sendable (Int) async -> Response = { _ in
      Response(Status(code), fields: ["Retry-After": "7"])
    }
    try await TestInflux.with(answer) { (_, influx) async throws in
      let error = await write(influx)
      #expect(error == .unavailable(Status(code), message: "", retryAfter: .seconds(7)))
      #expect(error?.isRetryable == true)
    }
  }

  @Test func `a 404 of a proxy may pass, and one that a database is missing says what to do`()
    async throws
  {
    let answer: @Sendable (Int) async -> Response = {
      $0 == 1
        ? Response(.notFound, body: Array("<html>no backend</html>".utf8))
        : .json(.notFound, #"{"error":"database not found: \"calc\""}"#)
    }
    try await TestInflux.with(answer) { (_, influx) async throws in
      let page = await write(influx)
      #expect(page == .unavailable(.notFound, message: "", retryAfter: nil))
      let missing = await write(influx)
      #expect(missing == .noDatabase("calc") && missing?.isRetryable == true)
      #expect(missing?.description.contains(#"CREATE DATABASE "calc""#) == true)
    }
  }

  @Test func `after a time-out the next attempt takes a new connection, not another dead one`()
    async throws
  {
    let ok = "HTTP/1.1 204 No Content\r\n\r\n"
    let arrived = Gate()
    try await ScriptedServer.with { peer in
      _ = try await peer.wire.read(until: "m f=1i 7\n")
      if peer.number <= 2 { await arrived.pass() }
      await peer.wire.send(ok)
      // From now on the first two hang.
      if peer.number > 2 { while true { try await peer.answer(ok) } }
    } _: { (address) async throws in
      let influx = Influx(base: "http://\(address)", database: "calc")!
      let client = client(influx, timeout: .seconds(1))
      async let first = write(with: client)
      async let second = write(with: client)
      await arrived.arrivals(2)
      arrived.open()
      #expect(await first == nil)
      #expect(await second == nil)
      #expect(await write(with: client) == .noAnswer(.timeout))
      #expect(await write(with: client) == nil)
    }
  }

  @Test func `when the process stops, an attempt that is under way ends soon`() async throws {
    try await ScriptedServer.with { peer in
      _ = try await peer.wire.read(until: "never")
    } _: { (address) async throws in
      let client = client(
        Influx(base: "http://\(address)", database: "calc")!, timeout: .seconds(50))
      async let error = write(with: client)
      let began = MonotonicTime.now
      while await client.with({ client, _ in client.attempts }) == 0 { await Task.yield() }
      await client.with { $0.hurry(on: $1) }
      #expect(await error == .noAnswer(.timeout))
      #expect(MonotonicTime.now - began < .seconds(10))
    }
  }

  @Test func `an attempt whose look-up was under way when the process stopped ends soon, too`()
    async throws
  {
    try await ScriptedServer.with { peer in
      _ = try await peer.wire.read(until: "never")
    } _: { (address) async throws in
      let (begun, go) = (Flag(), ThreadSemaphore())
      let resolver = Resolver(host: "influxdb", port: address.port) {
        begun.set()
        go.wait()
        return [address]
      }
      let client = LoopBound(
        InfluxClient(
          Influx(base: "http://influxdb", database: "calc")!, timeout: .seconds(50),
          resolver: resolver), of: Self.loop)
      async let error = write(with: client)
      while !begun.isSet { await Task.yield() }
      await client.with { $0.hurry(on: $1) }
      let began = MonotonicTime.now
      go.signal()
      #expect(await error == .noAnswer(.timeout))
      #expect(MonotonicTime.now - began < .seconds(10))
    }
  }

  @Test(arguments: ["", "soon", "-1", "+5", "1.5", "Mon, 23 Nov 2026 00:00:00 GMT"])
  func `a Retry-After that is no number of seconds asks for nothing`(value: String) async throws {
    let answer: @Sendable (Int) async -> Response = { _ in
      Response(.serviceUnavailable, fields: ["Retry-After": value])
    }
    try await TestInflux.with(answer) { (_, influx) async throws in
      #expect(
        await write(influx) == .unavailable(.serviceUnavailable, message: "", retryAfter: nil))
    }
  }

  @Test func `no server listens`() async {
    let error = await write(Influx(base: "http://127.0.0.1:1", database: "calc")!)
    #expect(error == .noAnswer(.refused))
    #expect(error?.isRetryable == true)
  }

  @Test func `a server that says nothing is given up after the time-out`() async throws {
    try await ScriptedServer.with { peer in
      _ = try await peer.wire.read(until: "never")
    } _: { (address) async throws in
      #expect(
        await write(
          Influx(base: "http://\(address)", database: "calc")!, timeout: .milliseconds(50))
          == .noAnswer(.timeout))
    }
  }

  @Test func `a name that leads nowhere is retryable`() async {
    let error = await write(
      Influx(base: "http://no-such-host.invalid", database: "calc")!, timeout: .milliseconds(200))
    #expect(error == .unresolved(host: "no-such-host.invalid"))
    #expect(error?.isRetryable == true)
  }

  @Test func `of a name with several addresses the next is tried when one refuses`() async throws {
    // "localhost" is ::1 and 127.0.0.1 on most machines, in this order; where it is 127.0.0.1
    // alone, that one has to do.
    try await TestInflux.with { (test, influx) async throws in
      #expect(
        await write(Influx(base: "http://localhost:\(influx.port)", database: "calc")!) == nil)
      #expect(test.lines == ["m f=1i 7"])
    }
  }

  private func query(_ influx: Influx, _ statement: String, maxAnswer: Int = 1 << 20) async
    -> Result<[UInt8], InfluxError>
  {
    await client(influx, maxAnswer: maxAnswer).with { client, loop in
      do throws(InfluxError) {
        return .success(try await client.query(statement, on: loop))
      } catch {
        return .failure(error)
      }
    }
  }

  @Test func `a query is a form, and its answer the body`() async throws {
    let text = #"{"results":[{"statement_id":0}]}"#
    try await TestInflux.with { _ in
      .json(.ok, text)
    } _: { (test, influx) async throws in
      #expect(await query(influx, #"SELECT "id" FROM x"#) == .success(Array(text.utf8)))
      #expect(test.requests == ["POST /query?db=calc&epoch=ns q=SELECT%20%22id%22%20FROM%20x"])
    }
  }

  @Test func `a statement that fails is an error, though its status is 200`() async throws {
    try await TestInflux.with { _ in
      .json(.ok, #"{"results":[{"error":"not found"}]}"#)
    } _: { (_, influx) async throws in
      #expect(await query(influx, "SELECT 1") == .failure(.rejected(.ok, message: "not found")))
    }
  }

  @Test func `an answer of some megabytes is read by the query that asked for it, and by no other`()
    async throws
  {
    let body = [UInt8](repeating: UInt8(ascii: " "), count: 5 << 20) + Array("{}".utf8)
    try await TestInflux.with { _ in
      Response(.ok, body: body)
    } _: { (_, influx) async throws in
      #expect(try await query(influx, "SELECT 1", maxAnswer: 8 << 20).get().count == body.count)
      #expect(await query(influx, "SELECT 1") == .failure(.noAnswer(.malformed)))
      #expect(await write(influx) == .noAnswer(.malformed))
    }
  }
}
