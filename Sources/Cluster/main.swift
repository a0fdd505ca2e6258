import Comparison
import Shared

let signals = Signals.arm()

guard let subcommand = CommandLine.arguments.dropFirst().first.flatMap({ Subcommand(rawValue: $0) })
else {
  Refusal.usage(
    "the first word is one of \(Subcommand.allCases.map(\.rawValue).joined(separator: " "))"
  )
  .exit()
}
let environment = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
exit(
  await subcommand.run(
    Array(CommandLine.arguments.dropFirst(2)), environment: environment, until: signals))
