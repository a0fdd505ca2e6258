import Shared

Subcommand.run(CommandLine.arguments)

let signals = Signals.arm()

if let command = CommandLine.arguments.dropFirst().first.flatMap({ StageCommand(rawValue: $0) }) {
  let environment = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
  exit(
    await command.run(
      Array(CommandLine.arguments.dropFirst(2)), environment: environment, until: signals))
}

do throws(Refusal) {
  if CommandLine.arguments.dropFirst().first == FirstAnswer.name {
    try await FirstAnswer.run(Array(CommandLine.arguments.dropFirst(2)), until: signals)
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
