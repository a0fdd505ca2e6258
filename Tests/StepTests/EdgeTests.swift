import Libc
import Shared
import Testing

@testable import TestSupport

/// The load balancer of `k8s/edge` hides no failure of a pod, and adds none of its own when it
/// stops.
@Suite(
  .serialized, .timeLimit(.minutes(4)),
  .needs(.haproxy, .openssl)) struct EdgeTests
{
  private static let sum =
    "POST /sum HTTP/1.1\r\nHost: test\r\nContent-Length: 15\r\n\r\n{\"numbers\":[4]}"

  private static let health = "GET /health HTTP/1.1\r\nHost: test\r\n\r\n"

  /// A step's process that listens, and an edge before it.
  private func start(_ step: Int) async throws -> (StepProcess, Edge) {
    let server = try await StepProcess(step)
    let address = try #require(
      await server.address(), "step \(step) does not listen: \(server.lines)")
    return (server, try await Edge(before: address))
  }

  /// A client with a request in flight, and another that had its answer meanwhile, so that each has
  /// a connection of its own to the pod.
  private func clients(of edge: Edge) async throws -> (inFlight: Wire, idle: Wire) {
    let clients = try await (Wire.connect(to: edge.http), Wire.connect(to: edge.http))
    await clients.0.send(Self.sum)
    // What was sent before has reached the pod when what was sent after it has its answer; it takes
    // 100 ms more.
    await clients.1.send(Self.health)
    #expect(try await clients.1.readResponse().hasPrefix("HTTP/1.1 200"))
    return clients
  }

  @Test(arguments: [(3, "HTTP/1.1 502"), (4, "HTTP/1.1 200")])
  func
    `a request that its pod cuts is a 502, one that it finishes none, and without a pod a 503`(
      step: Int, inFlight: String
    ) async throws
  {
    let (server, edge) = try await start(step)
    let (first, second) = try await clients(of: edge)
    server.send(SIGTERM)
    #expect(try await first.readResponse().hasPrefix(inFlight))
    _ = await server.exitCode()
    await second.send(Self.sum)
    #expect(try await second.readResponse().hasPrefix("HTTP/1.1 503"))
    await edge.end()
    await server.end()
  }

  @Test
  func
    `nothing is sent again: a request cut on a used connection ends as it ended for the edge`()
    async throws
  {
    let (server, edge) = try await start(3)
    let (first, second) = try await clients(of: edge)
    #expect(try await first.readResponse().hasPrefix("HTTP/1.1 200"))
    await first.send(Self.sum)
    await second.send(Self.health)
    #expect(try await second.readResponse().hasPrefix("HTTP/1.1 200"))
    server.send(SIGTERM)
    // Nothing since HAProxy 3.0, a 502 in older ones.
    let end = try await first.readToEnd()
    #expect(end.isEmpty || end.hasPrefix("HTTP/1.1 502"))
    await edge.end()
    await server.end()
  }

  @Test
  func `an edge that stops tells keep-alive clients at their next request, and closes none before`()
    async throws
  {
    let (server, edge) = try await start(5)
    var clients: [Wire] = []
    for _ in 0..<20 {
      let client = try await Wire.connect(to: edge.http)
      await client.send(Self.sum)
      clients.append(client)
    }
    for client in clients { #expect(try await client.readResponse().hasPrefix("HTTP/1.1 200")) }
    // Ten are idle when it stops, ten have a request in flight.
    for client in clients.prefix(10) { await client.send(Self.sum) }
    _ = try #require(await server.line(containing: "msg=sum"))
    edge.stop()
    _ = try #require(await edge.process.line(containing: "Proxy edge stopped"))
    for client in clients.dropFirst(10) { await client.send(Self.sum) }
    for client in clients {
      var response = try await client.readResponse()
      #expect(response.hasPrefix("HTTP/1.1 200"))
      if !response.lowercased().contains("connection: close") {
        await client.send(Self.sum)
        response = try await client.readResponse()
      }
      #expect(
        response.hasPrefix("HTTP/1.1 200") && response.lowercased().contains("connection: close"))
      #expect(try await client.readToEnd() == "")
    }
    #expect(await edge.process.exitCode() == 0)
    await edge.end()
    await server.end()
  }

  @Test func `HTTP/2 goes on with the next edge, and loses nothing`() async throws {
    let (server, first) = try await start(5)
    let address = try #require(await server.address())
    // One connection for all as long as it lasts; what curl sends again because a connection died,
    // it says.
    let count = 20
    let urls = (1...count).flatMap {
      ["https://\(first.host):8443/sum?\($0)", "--output", "/dev/null"]
    }
    let options = [
      "--silent", "--verbose", "--insecure", "--stderr", "-", "--http2", "--data",
      #"{"numbers":[4]}"#,
    ]
    let curl = try await StepProcess(
      program: "/usr/bin/curl",
      options + ["--write-out", "answer %{http_code} %{http_version} connects %{num_connects}\\n"]
        + urls)
    _ = try #require(await curl.line(containing: "answer"))
    let second = try await Edge(at: first.host, before: address)
    first.stop()
    #expect(await curl.exitCode() == 0)
    let answers = curl.lines.filter { $0.hasPrefix("answer") }
    #expect(
      answers.count == count && answers.allSatisfy { $0.hasPrefix("answer 200 2 ") }, "\(answers)")
    #expect(answers.filter { $0.hasSuffix("connects 1") }.count == 2, "\(answers)")
    #expect(!curl.lines.contains { $0.contains("died") || $0.contains("retry") })
    #expect(await first.process.exitCode() == 0)
    second.stop()
    #expect(await second.process.exitCode() == 0)
    for edge in [first, second] { await edge.end() }
    await server.end()
    await curl.end()
  }
}
