import Testing

@testable import Shared

@Suite struct InfluxTests {
  @Test(
    arguments: [
      ("http://localhost:8086", "localhost", 8086, "", "localhost:8086"),
      ("HTTP://influxdb", "influxdb", 80, "", "influxdb:80"),
      ("http://10.0.0.1:1/", "10.0.0.1", 1, "", "10.0.0.1:1"),
      ("http://[::1]:8086/db//", "::1", 8086, "/db", "[::1]:8086"),
      ("http://[::1]", "::1", 80, "", "[::1]:80"),
      ("http://a.b-c_d:65535/x/y", "a.b-c_d", 65535, "/x/y", "a.b-c_d:65535"),
    ] as [(String, String, UInt16, String, String)])
  func `a base URL has a host, a port and a path`(
    base: String, host: String, port: UInt16, prefix: String, authority: String
  ) throws {
    let influx = try Influx(["INFLUXDB_BASE_URL": base])
    #expect(
      influx.host == host && influx.port == port && influx.prefix == prefix
        && influx.database == "calc")
    #expect(influx.authority == authority)
  }

  @Test(arguments: [
    "", "localhost:8086", "http://", "http:///x", "http://:8086", "http://a:", "http://a:0",
    "http://a:65536", "http://a:+1", "http://a b",
    "http://user:secret@a:8086", "http://[::1", "http://[a]:1", "http://[::1]8086", "http://a/?q",
    "http://a/#f", "ftp://a",
    "tcp://10.0.0.1:8086",
  ])
  func `anything else is refused with a line that says what is allowed`(base: String) {
    let error = #expect(throws: ConfigError.self) { try Influx(["INFLUXDB_BASE_URL": base]) }
    #expect(
      error?.description
        == "INFLUXDB_BASE_URL is \"\(base)\"; allowed is a URL such as http://influxdb:8086")
  }

  @Test func `it is needed`() {
    let error = #expect(throws: ConfigError.self) { try Influx([:]) }
    #expect(
      error?.description
        == "INFLUXDB_BASE_URL is not set; it needs a URL such as http://influxdb:8086")
  }

  @Test(arguments: ["https://influxdb:8086", "HTTPS://x"])
  func `for https it says what to do`(base: String) {
    let error = #expect(throws: ConfigError.self) { try Influx(["INFLUXDB_BASE_URL": base]) }
    #expect(
      error?.description
        == "INFLUXDB_BASE_URL is \"\(base)\"; allowed is an http:// URL; for https put a TLS proxy "
        + "in front"
    )
  }

  @Test func `the database may have any name but none`() throws {
    #expect(
      try Influx(["INFLUXDB_BASE_URL": "http://a", "INFLUXDB_DB": "my db"]).database == "my db")
    #expect(throws: ConfigError.self) {
      try Influx(["INFLUXDB_BASE_URL": "http://a", "INFLUXDB_DB": ""])
    }
  }
}
