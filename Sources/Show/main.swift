import Comparison
import Libc
import Shared

let signals = Signals.arm()

do throws(CommandError) {
  exit(try await ShowCommand.run(Array(CommandLine.arguments.dropFirst()), until: signals))
} catch {
  error.exit()
}
