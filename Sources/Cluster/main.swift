import Comparison
import Libc
import Shared

let signals = Signals.arm()
let environment = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }

exit(
  await Subcommand.run(
    Array(CommandLine.arguments.dropFirst()), environment: environment, until: signals))
