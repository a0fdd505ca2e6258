import Comparison
import Shared

/// The page on loopback: the same page as the file, and a stream of what changes while rows run.
package struct PageServer: Sendable {
  private let server: Server
  private let ticker: Task<Void, Never>
  /// Where a browser finds it.
  package let url: String

  /// The port of `page=1`.
  package static let port: UInt16 = 7070

  /// Serves from now on.
  /// - Parameter port: 0 lets the kernel choose.
  /// - Throws: `CommandError` (71) when the port cannot be had.
  package init(_ feed: LiveFeed, port: UInt16) async throws(CommandError) {
    var config = Config()
    config.host = "127.0.0.1"
    config.port = port
    var options = ServerOptions()
    options.loops = 1
    options.maxConnections = 100
    options.drain = .seconds(1)
    let page = Page(feed: feed)
    let server = Server(
      config, options: options, log: .none,
      routes: [
        .get("/") { request, _ in page.checked(request) { page.html() } },
        .get("/events") { request, _ in page.checked(request) { page.events() } },
      ])
    do throws(BindError) {
      let address = try await server.start()
      url = "http://localhost:\(address.port)/"
    } catch {
      throw .osError("the page: \(error); page= (with stage, port=) takes another port")
    }
    self.server = server
    ticker = Task { await feed.run() }
  }

  /// Serves what lies in folders, which does not change.
  package static func recorded(_ folders: [String], port: UInt16) async throws(CommandError)
    -> PageServer
  {
    let recorded = RecordedResults(folders: folders)
    return try await PageServer(
      LiveFeed(PageData(documents: recorded.documents, problems: recorded.problems)), port: port)
  }

  package func stop() async {
    ticker.cancel()
    _ = await server.cut()
  }
}

/// What is answered.
private struct Page: Sendable {
  let feed: LiveFeed

  /// Only a browser on this machine that was given this address gets an answer: a page from
  /// elsewhere whose name leads here says so in `Host`, and one that asks across sites in `Origin`
  /// (RFC 9110 section 7.2, RFC 6454 section 7).
  func checked(_ request: Request, _ answer: () -> Response) -> Response {
    guard let host = request.fields.first("Host"), Self.isOwn(host) else {
      return refused("not a name of this page")
    }
    if let origin = request.fields.first("Origin"), origin != "http://\(host)" {
      return refused("another site's page")
    }
    return answer()
  }

  /// Whatever the port is: the connection came to it.
  private static func isOwn(_ host: String) -> Bool {
    let name = host.split(separator: ":", maxSplits: 1).first ?? ""
    return name == "localhost" || name == "127.0.0.1"
  }

  func html() -> Response {
    guard let data = try? feed.data().json() else { return Response(.internalServerError) }
    let nonce = PageNonce.next()
    let policy = PageText.policy(nonce: nonce, connects: true)
    return Response(
      .ok, fields: fields("text/html; charset=utf-8", policy),
      body: PageText.page(data: data, nonce: nonce, policy: policy))
  }

  /// Goes on until the viewer leaves.
  func events() -> Response {
    Response(
      .ok, fields: fields("text/event-stream"),
      body: .stream { [feed] writer in
        let viewer = feed.join()
        defer { feed.leave(viewer) }
        // A browser that lost the connection tries again after a second.
        try await writer.write(Array("retry: 1000\n\n".utf8))
        while true { try await writer.write(try await feed.next(viewer)) }
      })
  }

  private func refused(_ reason: String) -> Response {
    Response(Status(403), fields: fields("text/plain"), body: Array("\(reason)\n".utf8))
  }

  private func fields(_ type: String, _ policy: String = "default-src 'none'") -> Fields {
    [
      "Content-Type": type, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
      "Referrer-Policy": "no-referrer",
      "Content-Security-Policy": policy + "; frame-ancestors 'none'",
    ]
  }
}
