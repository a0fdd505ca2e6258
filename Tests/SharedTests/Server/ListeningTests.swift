import Libc
import Testing

@testable import Shared
@testable import TestSupport

/// What listens on 127.0.0.1 may be another test's server: where none may, the address is one that
/// only this suite uses.
@Suite struct ListeningTests {
  private func expectHello(at address: SocketAddress) async throws {
    let wire = try await Wire.connect(to: address)
    await wire.send(get("/hello", "Connection: close"))
    #expect(try await wire.readToEnd().hasSuffix("hello"))
    await wire.close()
  }

  private func loopback(_ host: String, _ port: UInt16) throws -> SocketAddress {
    try #require(SocketAddress(host: host, port: port))
  }

  @Test(.enabled(if: hasIPv6)) func `all addresses are IPv6 and IPv4 on one socket`() async throws {
    try await TestServer.with(host: nil) { test in
      try await expectHello(at: loopback("127.0.0.1", test.address.port))
      try await expectHello(at: loopback("::1", test.address.port))
    }
  }

  @Test(.enabled(if: hasIPv6)) func `an IPv6 address is that address only`() async throws {
    try await TestServer.with(host: "::1") { test in
      #expect("\(test.address)" == "[::1]:\(test.address.port)")
      try await expectHello(at: test.address)
      await #expect(throws: WireError.refused) {
        try await Wire.connect(to: loopback("127.0.0.3", test.address.port))
      }
    }
  }

  @Test func `an IPv4 address is that address only`() async throws {
    try await TestServer.with(host: "127.0.0.2") { test in
      try await expectHello(at: test.address)
      await #expect(throws: WireError.refused) {
        try await Wire.connect(to: loopback("127.0.0.3", test.address.port))
      }
    }
  }

  @Test(arguments: ["127.0.0.1", nil]) func `a port in use cannot be listened on a second time`(
    host: String?
  ) async throws {
    try await TestServer.with(host: host) { test in
      var config = Config()
      config.host = host
      config.port = test.address.port
      let second = Server(config, log: .none, routes: [])
      let error = await #expect(throws: BindError.self) { try await second.start() }
      guard case .refused(let address, EADDRINUSE) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(address.port == test.address.port)
    }
  }

  @Test func `a name is listened on at all its addresses`() async throws {
    let addresses = SocketAddress.resolveAll("localhost", port: 0).filter {
      (try? BindCheck.run($0)) != nil
    }
    try await TestServer.with(host: "localhost") { test in
      for address in addresses { try await expectHello(at: address.with(port: test.address.port)) }
    }
  }

  @Test func `a port that was just closed can be listened on again`() async throws {
    let address = try await TestServer.with(host: "127.0.0.4") { test in
      let wire = try await test.connect()
      await wire.send(get("/hello", "Connection: close"))
      _ = try await wire.readToEnd()
      await wire.close()
      return test.address
    }
    var config = Config()
    config.host = address.host
    config.port = address.port
    let second = Server(config, log: .none, routes: [])
    #expect(try await second.start() == address)
    _ = await second.cut()
  }

  @Test func `an address that is not ours cannot be listened on`() async throws {
    var config = Config()
    config.host = "192.0.2.1"
    config.port = 0
    let server = Server(config, log: .none, routes: [])
    #expect(
      await #expect(throws: BindError.self) { try await server.start() }?.errno == EADDRNOTAVAIL)
  }

  @Test func `a name without an address is said`() async throws {
    var config = Config()
    config.host = "nowhere.invalid"
    config.port = 0
    let server = Server(config, log: .none, routes: [])
    let error = await #expect(throws: BindError.unknown(host: "nowhere.invalid")) {
      try await server.start()
    }
    #expect(
      "\(try #require(error))"
        == "cannot listen on nowhere.invalid: no address is known for this name")
  }
}

private let hasIPv6 =
  SocketAddress(host: "::1", port: 0).map { (try? BindCheck.run($0)) != nil } ?? false
