/// What all loops of a server share.
struct ServerParts: Sendable {
  let options: ServerOptions
  let router: Router
  let log: Log
  let connectionLimit: ConnectionLimit
  let budget: BufferBudget
  let refusals: Refusals
  let pool: ThreadPool

  init(_ options: ServerOptions, router: Router, log: Log) {
    self.options = options
    self.router = router
    self.log = log
    connectionLimit = ConnectionLimit(options.maxConnections)
    budget = BufferBudget(options.bufferBudget)
    refusals = Refusals(log: log)
    pool = ThreadPool(limit: options.blockingThreads)
  }
}
