@testable import Shared

/// A client on a loop of its own for the time of a test.
struct ClientUser: Sendable {
  private let client: LoopBound<Client>

  static func with<Result: Sendable>(
    _ options: Client.Options = Client.Options(), poller: PollerKind = .epoll,
    _ body: @Sendable (ClientUser) async throws -> Result
  ) async throws -> Result {
    let loop = EventLoop(poller: poller)
    let client = await loop.perform { LoopBound(Client(options), on: $0) }
    do {
      let result = try await body(ClientUser(client: client))
      await client.with { $0.close(on: $1) }
      await loop.stop()
      return result
    } catch {
      await client.with { $0.close(on: $1) }
      await loop.stop()
      throw error
    }
  }

  func send(
    _ request: Request, _ address: SocketAddress, from source: SocketAddress? = nil,
    reuse: Bool = true,
    before deadline: MonotonicTime? = nil
  ) async -> Result<Response, ClientError> {
    await client.with { client, loop in
      do throws(ClientError) {
        return .success(
          try await client.send(
            request, to: address, from: source, reuse: reuse, before: deadline, on: loop))
      } catch {
        return .failure(error)
      }
    }
  }

  func send(_ request: Request, toAnyOf addresses: [SocketAddress], within time: Duration)
    async throws -> (Response, SocketAddress)
  {
    try await client.with { client, loop -> Result<(Response, SocketAddress), ClientError> in
      do throws(ClientError) {
        return .success(
          try await client.send(
            request, toAnyOf: addresses, fresh: false, before: .now + time, on: loop))
      } catch {
        return .failure(error)
      }
    }.get()
  }

  func get(_ address: SocketAddress, from source: SocketAddress? = nil, reuse: Bool = true) async
    -> Result<Response, ClientError>
  {
    await send(Request(.get, "/"), address, from: source, reuse: reuse)
  }

  /// Holds up the client's loop.
  func hold(_ time: Duration, meanwhile body: @Sendable () async throws -> Void) async rethrows {
    try await Stall.hold(client.loop, time, meanwhile: body)
  }

  func hasIdle(_ address: SocketAddress) async -> Bool {
    await client.with { client, _ in client.hasIdle(to: address) }
  }

  func dropIdle(_ address: SocketAddress) async {
    await client.with { $0.dropIdle(to: address, on: $1) }
  }

  /// Returns once the client is as wanted; for 10 s at most.
  func until(_ isDone: @Sendable (Client) -> Bool) async {
    let end = MonotonicTime.now + .seconds(10)
    while !(await client.with { client, _ in isDone(client) }), MonotonicTime.now < end {
      await Task.yield()
    }
  }

  /// A response's text.
  func text(_ address: SocketAddress, from source: SocketAddress? = nil, reuse: Bool = true)
    async throws -> String
  {
    String(decoding: try await get(address, from: source, reuse: reuse).get().bytes, as: UTF8.self)
  }

  /// A response's status code.
  func code(_ request: Request, _ address: SocketAddress) async throws -> Int {
    try await send(request, address).get().status.code
  }
}

extension Client.Options {
  static func changed(_ change: (inout Client.Options) -> Void) -> Client.Options {
    var options = Client.Options()
    change(&options)
    return options
  }
}

extension Result where Success == Response, Failure == ClientError {
  /// Why there is no response.
  var failure: ClientError? {
    if case .failure(let error) = self { error } else { nil }
  }
}
