import Shared

Subcommand.run(CommandLine.arguments)
