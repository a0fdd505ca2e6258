/// What a server does before it listens: the warm-up, and the look-up of its host's name. Both take
/// time, and a signal ends them.
struct StartUp: Sendable {
  let config: Config
  let log: Log
  /// Blocks.
  let lookUp: @Sendable (String, UInt16) -> [SocketAddress]

  /// Sleeps for the warm-up, which stands in for the start-up of a real service, and then looks up
  /// the host. The next signal ends it at once.
  /// - Returns: where to listen, as `addresses`.
  /// - Throws: `BindError`, `spent` when a signal came first or the task was cancelled.
  func run(until signals: Signals?) async throws(BindError) -> [SocketAddress]? {
    if config.warmup > .zero {
      log.info("warming up", ["seconds": "\(config.warmup / .seconds(1))"])
    }
    let end = await withTaskGroup(of: Result<[SocketAddress]?, BindError>?.self) { group in
      group.addTask { await warmUpAndLookUp() }
      if let signals {
        // A wait that is cancelled takes no signal: the next wait gets it.
        group.addTask { await signals.next() ? .failure(.spent) : nil }
      }
      var end = await group.next() ?? nil
      group.cancelAll()
      // A signal may have come while the other ended: it was taken, so it counts.
      for await other in group where other == .failure(.spent) { end = other }
      return end
    }
    return try (end ?? .failure(.spent)).get()
  }

  private func warmUpAndLookUp() async -> Result<[SocketAddress]?, BindError> {
    do throws(BindError) {
      guard (try? await Task.sleep(for: config.warmup)) != nil else { throw .spent }
      return .success(try await addresses())
    } catch {
      return .failure(error)
    }
  }

  /// Looks up the host's name on a thread of its own, since that blocks, for minutes when no name
  /// server answers.
  /// - Returns: at least one address; nil: all addresses.
  /// - Throws: `BindError`, `spent` when the task was cancelled first.
  func addresses() async throws(BindError) -> [SocketAddress]? {
    guard let host = config.host else { return nil }
    if let address = SocketAddress(host: host, port: config.port) { return [address] }
    let found = Promise<[SocketAddress]?>()
    let find = { @Sendable [lookUp, config] in _ = found.fulfil(lookUp(host, config.port)) }
    // Where no thread is left, the look-up holds up this one.
    do throws(SystemError) { try BackgroundThread.tryStart(find) } catch { find() }
    guard let addresses = await found.wait(onCancel: nil) else { throw .spent }
    if addresses.isEmpty { throw .unknown(host: host) }
    return addresses
  }
}
