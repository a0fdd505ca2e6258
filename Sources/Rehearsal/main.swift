import Shared

Subcommand.run(CommandLine.arguments)

let signals = Signals.arm()

do throws(Refusal) {
  if CommandLine.arguments.dropFirst().first == FirstAnswer.name {
    try await FirstAnswer.run(Array(CommandLine.arguments.dropFirst(2)))
    exit(0)
  }
  let options = try Options.parse(Array(CommandLine.arguments.dropFirst()), executables: Subcommand.folder)
  if options.wantsHelp {
    print(Options.help.joined(separator: "\n"))
    exit(0)
  }
  let rehearsal = try Rehearsal(options)
  Task {
    await signals.next()
    // The watchers end the pods when this process is gone.
    Interruption.exit()
  }
  exit(try await rehearsal.run())
} catch {
  Interruption.exit(error)
}
