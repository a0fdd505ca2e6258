/// The command line of a step of the talk.
public enum Arguments {
  /// Whether the process has the argument `--graceful`. Ends the process with one line and exit
  /// status 64 (`EX_USAGE`) for any other argument: a typing error would lose operations.
  public static func isGraceful() -> Bool {
    do {
      return try isGraceful(CommandLine.arguments)
    } catch {
      ExitCode.usage.exit("\(error)")
    }
  }

  /// - Parameter arguments: with the name of the program.
  static func isGraceful(_ arguments: [String]) throws(ArgumentError) -> Bool {
    let words = arguments.dropFirst()
    if let unknown = words.first(where: { $0 != "--graceful" }) {
      throw ArgumentError(argument: unknown)
    }
    return !words.isEmpty
  }
}

/// An unknown argument; the description is one line for an operator.
struct ArgumentError: Error, Equatable, CustomStringConvertible {
  let argument: String

  var description: String { "unknown argument \"\(argument)\"; allowed is --graceful" }
}
