import Comparison
import Shared

/// The whole of it: checks what it was asked for, runs the rows side by side, each on a loop of its
/// own, shows them, judges them, and writes what they did.
struct Rehearsal {
  private let options: Options
  private let setups: [RowRun.Setup]

  /// Reads the manifests and looks for everything that is needed, so that nothing fails half-way.
  /// - Throws: `CommandError`, with what is missing and where.
  init(_ options: Options) throws(CommandError) {
    self.options = options
    let seed = options.seed ?? UInt64.random(in: 0...999_999)
    let mode: LoopbackAddresses.Mode =
      options.sharesAddress || !LoopbackAddresses.hasAddressEach
      ? .portEach : .addressEach(port: Self.port)
    let commit = WorkingCopy.commit()
    let manifests = try options.rows.map { row throws(CommandError) in
      var manifest = try ManifestFile(of: row, in: options.manifests)
      try manifest.deployment.replace(grace: options.grace, preStop: options.preStop)
      try manifest.requireProbes(of: Self.port)
      let executable = Self.executable(of: manifest, options)
      guard access(executable, X_OK) == 0 else {
        throw .noInput("\(executable), which \(manifest.path) names, is not built: run make build")
      }
      return manifest
    }
    let replicas = manifests.map { options.replicas ?? $0.deployment.replicas }
    try DescriptorBudget.require(DescriptorBudget.needed(options, replicas: replicas))
    try ResultFile.require(options.results)
    setups = try zip(options.rows, manifests).enumerated().map { index, pair throws(CommandError) in
      RowRun.Setup(
        row: pair.0, manifest: pair.1, options: options,
        executable: Self.executable(of: pair.1, options),
        addresses: LoopbackAddresses(row: index, mode: mode, origin: Int(getpid())),
        group: try PodGroup(), seed: seed &+ UInt64(index), commit: commit)
    }
  }

  /// The port of the pods, as in the manifests.
  static let port: UInt16 = 4000

  private static func executable(of manifest: ManifestFile, _ options: Options) -> String {
    "\(options.executables)/\(manifest.deployment.executable)"
  }

  /// Ends the process with one line when the harness could not do its part, or at a signal.
  /// - Returns: the exit status: 0 only when every verdict holds.
  /// - Throws: `CommandError` when a result could not be written, after all were shown.
  func run(until signals: Signals) async throws(CommandError) -> Int32 {
    // Whoever reads what is shown may go away: the results are in files too.
    signal(SIGPIPE, SIG_IGN)
    let began = MonotonicTime.now
    let processors = ProcessorTime.now
    let board = Board(options.rows)
    let display = Display(board, isPlain: options.isPlain)
    let interruption = Interruption(
      setups.map(\.group), RowDatabases(options.influx, rows: options.rows), display)
    Task {
      await signals.next()
      await interruption.exit()
    }
    var results = await withTaskGroup(of: (Int, Result<RowResult, CommandError>).self) { group in
      for (index, setup) in setups.enumerated() {
        group.addTask { (index, await Self.run(setup, board)) }
      }
      var results: [(index: Int, result: RowResult)] = []
      for await (index, outcome) in group {
        switch outcome {
        case .success(let result): results.append((index, result))
        case .failure(let refusal):
          // Without one row the comparison is not what was asked for: the others need not go on.
          await interruption.exit(refusal)
        }
      }
      return results.sorted { $0.index < $1.index }.map(\.result)
    }
    display.end()
    let cpu =
      processors.flatMap { before in ProcessorTime.now.map { $0.share(since: before) } } ?? 0
    for index in results.indices { results[index].harness.cpu = cpu }
    results = Verdict.judge(results)
    var unwritten: CommandError?
    for result in results {
      do throws(CommandError) { _ = try ResultFile.write(result, to: options.results) } catch {
        unwritten = unwritten ?? error
      }
    }
    let wall = (MonotonicTime.now - began) / .seconds(1)
    display.print(Details.lines(results, folder: options.results, wall: wall))
    // What the clients met is shown nevertheless: nobody wants to wait for it again.
    if let unwritten { throw unwritten }
    return results.allSatisfy { $0.verdict?.holds == true } ? 0 : 1
  }

  private static func run(_ setup: RowRun.Setup, _ board: Board) async -> Result<
    RowResult, CommandError
  > {
    let loop = EventLoop()
    let result = await loop.perform { loop -> Result<RowResult, CommandError> in
      do throws(CommandError) {
        return .success(try await RowRun(setup).run(on: loop) { board.set($0) })
      } catch {
        return .failure(error)
      }
    }
    await loop.stop()
    return result
  }
}
