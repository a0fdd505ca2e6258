import Shared

Subcommand.run(CommandLine.arguments)

let signals = Signals.arm()

do throws(Refusal) {
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
