import Comparison
import Libc
import Picture
import Shared

/// The whole of it: checks what it was asked for, runs the subjects side by side, each on a loop of
/// its own, shows them, judges them, and writes what they did.
struct Rehearsal {
  private let options: Options
  private let setups: [SubjectSetup]

  /// Reads the manifests and looks for everything that is needed, so that nothing fails half-way.
  /// - Throws: `CommandError`, with what is missing and where.
  init(_ options: Options) throws(CommandError) {
    self.options = options
    let seed = options.seed ?? UInt64.random(in: 0...999_999)
    let subjects = try Self.subjects(options)
    let (commit, pid1) = (WorkingCopy.commit(), PID1.available())
    try DescriptorBudget.require(
      DescriptorBudget.needed(
        options,
        subjects.map { ($0.logging, options.replicas ?? $0.deployment.replicas) }))
    try ResultFile.require(options.results)
    let hasAddressEach = !options.sharesAddress && LoopbackAddresses.hasAddressEach
    setups = try subjects.enumerated().map { index, subject throws(CommandError) in
      var options = options
      if let logs = options.logs {
        // Pods of different subjects have the same names.
        options.logs = "\(logs)/\(subject.name)"
        try ResultFile.require("\(logs)/\(subject.name)", option: "logs")
      }
      let mode = try subject.mode(hasAddressEach: hasAddressEach)
      return SubjectSetup(
        subject: subject, options: options,
        addresses: LoopbackAddresses(subject: index, mode: mode, origin: Int(getpid())),
        group: try PodGroup(pid1: pid1), seed: seed &+ UInt64(index), commit: commit,
        pid1: pid1)
    }
  }

  private static func subjects(_ options: Options) throws(CommandError) -> [Subject] {
    if let own = options.own {
      return [try Subject(own, options, inherited: Environment.withoutMake)]
    }
    guard access(options.executables, X_OK) == 0 else {
      throw .noInput("executables=\(options.executables): no such folder")
    }
    return try options.rows.map { row throws(CommandError) in try Subject(row, options) }
  }

  /// Ends the process with one line when the harness could not do its part, or at a signal.
  /// - Parameter isBrief: whether nothing is shown but how it goes.
  /// - Returns: the results with their verdicts.
  /// - Throws: `CommandError` when a result could not be written, after all were shown.
  func run(until signals: Signals, isBrief: Bool = false) async throws(CommandError)
    -> [RowResult]
  {
    // The reader of standard output may close it: the results are in files, too.
    signal(SIGPIPE, SIG_IGN)
    let began = MonotonicTime.now
    let processors = ProcessorTime.now
    // Before the screen: it may not get its port, and its address stands above.
    let page = try await LivePage(port: options.page, names: setups.map(\.subject.name))
    let board = Board(
      setups.map { LiveRow(row: $0.subject.name, label: $0.subject.label) })
    let display = Display(board, isPlain: options.isPlain)
    let logging = setups.map(\.subject).filter { $0.logging != nil }
    let interruption = Interruption(
      setups.map(\.group), RowDatabases(options.influx, names: logging.map(\.database)), display)
    let finished = FinishedRows()
    let interruptions = Task {
      guard await signals.next() else { return }
      // The subjects are over, and only the page is still there.
      if page?.leave() == true { return }
      let results = finished.results
      guard !results.isEmpty else { await interruption.exit() }
      let names = results.map(\.row).joined(separator: " ")
      let refusal = CommandError(
        .interrupted, "interrupted: what had finished is kept (\(names)), nothing is left running")
      await interruption.exit(refusal) {
        _ = self.conclude(results, began: began, processors, display, page)
      }
    }
    defer { interruptions.cancel() }
    let results = await withTaskGroup(of: (Int, Result<RowResult, CommandError>).self) { group in
      for (index, setup) in setups.enumerated() {
        group.addTask { (index, await Self.run(setup, board, page)) }
      }
      var results: [(index: Int, result: RowResult)] = []
      for await (index, outcome) in group {
        switch outcome {
        case .success(let result):
          finished.add(result, at: index)
          results.append((index, result))
        case .failure(let refusal):
          // Without one the comparison is not what was asked for: the others need not go on.
          await interruption.exit(refusal)
        }
      }
      return results.sorted { $0.index < $1.index }.map(\.result)
    }
    display.end()
    let (judged, unwritten) = conclude(
      results, began: began, processors, isBrief ? nil : display, page)
    if let page {
      display.print(["\(page.url) stays until Ctrl-C"])
      await page.staysOpen()
    }
    // They are shown nevertheless: running them again would take minutes.
    if let unwritten { throw unwritten }
    return judged
  }

  /// Judges, writes and shows.
  /// - Returns: the results with their verdicts, and why one could not be written.
  private func conclude(
    _ results: [RowResult], began: MonotonicTime, _ processors: ProcessorTime?,
    _ display: Display?, _ page: LivePage?
  ) -> ([RowResult], CommandError?) {
    let cpu =
      processors.flatMap { before in ProcessorTime.now.map { $0.share(since: before) } } ?? 0
    var results = results
    for index in results.indices { results[index].harness.cpu = cpu }
    let claims = Dictionary(
      uniqueKeysWithValues: setups.map { ($0.subject.name, $0.subject.claims) })
    results = Verdict.judge(results) { claims[$0.row] ?? [] }
    var unwritten: CommandError?
    func write(_ body: () throws(CommandError) -> Void) {
      do throws(CommandError) { try body() } catch { unwritten = unwritten ?? error }
    }
    for result in results {
      write { () throws(CommandError) in _ = try ResultFile.write(result, to: options.results) }
    }
    write { () throws(CommandError) in try Summary(results).write(to: options.results) }
    var pagePath: String?
    write { () throws(CommandError) in
      pagePath = try PageFile.write(results, beside: options.results)
    }
    page?.feed.finish(results, folder: options.results)
    if let junit = options.junit {
      write { () throws(CommandError) in try JUnitReport(results).write(to: junit) }
    }
    let wall = (MonotonicTime.now - began) / .seconds(1)
    display?.print(Details.lines(results, folder: options.results, wall: wall))
    if let pagePath { display?.print(["The picture: \(pagePath)"]) }
    return (results, unwritten)
  }

  private static func run(_ setup: SubjectSetup, _ board: Board, _ page: LivePage?) async
    -> Result<RowResult, CommandError>
  {
    let loop = EventLoop()
    let result = await loop.perform { loop -> Result<RowResult, CommandError> in
      do throws(CommandError) {
        return .success(
          try await SubjectRun(setup).run(on: loop, to: page?.feed) { board.set($0) })
      } catch {
        return .failure(error)
      }
    }
    await loop.stop()
    return result
  }
}
