import Comparison
import Shared

Subcommand.run(CommandLine.arguments)

let signals = Signals.arm()

do throws(Refusal) {
  if CommandLine.arguments.dropFirst().first == StartupTime.name {
    try await StartupTime.run(Array(CommandLine.arguments.dropFirst(2)), until: signals)
    exit(0)
  }
  let options = try Options.parse(
    Array(CommandLine.arguments.dropFirst()), executables: Subcommand.folder)
  if options.wantsHelp {
    print(Options.help.joined(separator: "\n"))
    exit(0)
  }
  exit(try await Rehearsal(options).run(until: signals))
} catch {
  error.exit()
}
