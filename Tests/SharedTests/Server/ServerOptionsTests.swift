import Testing

@testable import Shared

@Suite struct ServerOptionsTests {
  private static let useless: [(@Sendable (inout ServerOptions) -> Void, String)] = [
    ({ $0.writeBuffer = 0 }, "writeBuffer is 0; allowed is 1 or more"),
    ({ $0.maxConnections = 0 }, "maxConnections is 0; allowed is 1 or more"),
    ({ $0.loops = 0 }, "loops is 0; allowed is 1 or more"),
    ({ $0.loops = -1 }, "loops is -1; allowed is 1 or more"),
    ({ $0.blockingThreads = 0 }, "blockingThreads is 0; allowed is 1 or more"),
    ({ $0.limits.requestLine = 0 }, "limits.requestLine is 0; allowed is 1 or more"),
    ({ $0.limits.headerSection = 0 }, "limits.headerSection is 0; allowed is 1 or more"),
    ({ $0.limits.headerFields = 0 }, "limits.headerFields is 0; allowed is 1 or more"),
    ({ $0.requestTimeout = .zero }, "requestTimeout is 0.0 seconds; allowed is more than 0"),
    ({ $0.idleTimeout = .zero }, "idleTimeout is 0.0 seconds; allowed is more than 0"),
    ({ $0.writeTimeout = .seconds(-1) }, "writeTimeout is -1.0 seconds; allowed is more than 0"),
  ]

  @Test(arguments: useless)
  func `what leaves a server that serves nothing is named`(
    change: @Sendable (inout ServerOptions) -> Void, fault: String
  ) {
    var options = ServerOptions()
    change(&options)
    #expect(options.fault == "ServerOptions.\(fault)")
  }

  @Test func `the defaults, and as little as possible of each, are options`() {
    #expect(ServerOptions().fault == nil)
    var least = ServerOptions()
    (least.writeBuffer, least.maxConnections, least.blockingThreads) = (1, 1, 1)
    (least.pipelineBuffer, least.bufferBudget, least.limits.body) = (0, 0, 0)
    (least.lameDuck, least.lingering, least.drain) = (.zero, .zero, .zero)
    least.loops = 1
    #expect(least.fault == nil)
  }

  @Test func `no server is made of such options, nor of such a configuration`() async throws {
    let made = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var options = ServerOptions()
      options.blockingThreads = 0
      _ = Server(Config(), options: options, log: .none, routes: [])
    }
    let text = String(decoding: try #require(made).standardErrorContent, as: UTF8.self)
    #expect(text.contains("ServerOptions.blockingThreads is 0; allowed is 1 or more"))
    await #expect(processExitsWith: .failure) {
      var config = Config()
      config.loops = 0
      _ = Server(config, log: .none, routes: [])
    }
  }
}
