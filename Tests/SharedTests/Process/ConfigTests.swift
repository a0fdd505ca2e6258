import Testing

@testable import Shared

@Suite struct ConfigTests {
  @Test func `an empty environment gives the defaults`() throws {
    let config = try Config([:])
    #expect(config.host == nil)
    #expect(config.port == 4000)
    #expect(config.warmup == .zero)
    #expect(!config.podName.isEmpty)
    #expect(config.logLevel == .info)
    #expect(config.loops == nil && config.idleTimeout == nil)
  }

  @Test func `every variable is read`() throws {
    let config = try Config([
      "LISTEN_HOST": "::1", "LISTEN_PORT": "0", "WARMUP_SECONDS": "3", "POD_NAME": "calc-1",
      "LOG_LEVEL": "off", "LOOPS": "3", "IDLE_TIMEOUT_SECONDS": "605",
    ])
    #expect(config.loops == 3)
    #expect(config.idleTimeout == .seconds(605))
    #expect(config.host == "::1")
    #expect(config.port == 0)
    #expect(config.warmup == .seconds(3))
    #expect(config.podName == "calc-1")
    #expect(config.logLevel == .off)
  }

  @Test func `what Kubernetes sets beside a Service called calc is ignored`() throws {
    let config = try Config(["CALC_PORT": "tcp://10.0.0.1:80", "CALC_SERVICE_HOST": "10.0.0.1"])
    #expect(config.port == 4000)
  }

  @Test(arguments: ["", "+5", "-1", "65536", "4000 ", "0x10", "4e3", "tcp://10.0.0.1:80", "٤"])
  func `a port that is not one is refused`(value: String) {
    #expect(
      throws: ConfigError(variable: "LISTEN_PORT", value: value, allowed: "a port from 0 to 65535")
    ) {
      try Config(["LISTEN_PORT": value])
    }
  }

  @Test(arguments: [
    ("0", 0), ("3", 3000), ("0.5", 500), ("1.25", 1250), ("0.001", 1), ("3600", 3_600_000),
  ])
  func `seconds may have decimals`(value: String, milliseconds: Int) throws {
    #expect(try Config(["WARMUP_SECONDS": value]).warmup == .milliseconds(milliseconds))
  }

  @Test(arguments: [
    "", "3s", "-1", "+1", "nan", "inf", "1e3", ".", ".5", "1.", "1.2345", "3601", "3600.001",
    "99999999999999999999",
  ])
  func `seconds that are none are refused`(value: String) {
    #expect(throws: ConfigError.self) { try Config(["WARMUP_SECONDS": value]) }
  }

  @Test(arguments: [
    ("LOOPS", "0"), ("LOOPS", "1025"), ("LOOPS", "+2"), ("LOOPS", ""), ("LOOPS", "two"),
    ("IDLE_TIMEOUT_SECONDS", "0"), ("IDLE_TIMEOUT_SECONDS", "3601"),
  ])
  func `no loops, and no idle time, are refused`(variable: String, value: String) {
    #expect(throws: ConfigError.self) { try Config([variable: value]) }
  }

  @Test func `what the environment sets goes before the server's options`() throws {
    let config = try Config(["LOOPS": "3", "IDLE_TIMEOUT_SECONDS": "605"])
    var options = ServerOptions().changed(by: config)
    #expect(options.loops == 3 && options.idleTimeout == .seconds(605))
    options.loops = 2
    #expect(options.changed(by: Config()).loops == 2)
  }

  @Test(arguments: ["127.0.0.1", "::", "::1", "localhost", "calc-0.calc.default.svc"])
  func `addresses and names are hosts`(value: String) throws {
    #expect(try Config(["LISTEN_HOST": value]).host == value)
  }

  @Test(arguments: ["", "a b", "[::1]", "http://x", "127.0.0.1:4000", "ä"])
  func `what is neither address nor name is refused`(value: String) {
    #expect(throws: ConfigError.self) { try Config(["LISTEN_HOST": value]) }
  }

  @Test func `the error names the variable, what it held and what is allowed`() {
    let error = #expect(throws: ConfigError.self) { try Config(["LOG_LEVEL": "verbose"]) }
    #expect(
      error?.description == #"LOG_LEVEL is "verbose"; allowed is debug, info, warning, error, off"#)
  }
}
