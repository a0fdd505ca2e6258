import Comparison
import Libc
import Shared

let (subcommand, words) = Subcommand.parse(CommandLine.arguments)

// For these nothing else may happen before.
switch subcommand {
case .trampoline: Trampoline.run(words)
case .podInit: PodInit.run(words)
case .watcher: Watcher.watch(words)
case .pid1Check: _exit(PID1.isReal ? 0 : 1)
case .rehearse, .deploy, .startupTime, .drainTime, .check: break
}

let signals = Signals.arm()
let wantsHelp = Help.isWanted(words)

do throws(CommandError) {
  switch subcommand {
  case .startupTime where wantsHelp: Console.lines(StartupTime.help)
  case .startupTime: try await StartupTime.run(words, until: signals)
  case .drainTime where wantsHelp: Console.lines(DrainTime.help)
  case .drainTime: try DrainTime.run(words, until: signals)
  case .check where wantsHelp: Console.lines(CheckCommand.help)
  case .check: exit(try await CheckCommand.run(words, until: signals))
  case .rehearse where wantsHelp: Console.lines(RehearseCommand.help)
  case .deploy where wantsHelp: Console.lines(Options.ownSyntax.help)
  default:
    let isOwn = subcommand == .deploy
    exit(try await RehearseCommand.run(words, isOwn: isOwn, until: signals))
  }
} catch {
  error.exit()
}
