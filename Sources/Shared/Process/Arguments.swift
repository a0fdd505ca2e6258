/// What a process is told on its command line.
public enum Arguments {
  /// Whether there is the one argument `--graceful`. Ends the process with one line and `EX_USAGE`
  /// for any other argument: a typing error would lose operations.
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

/// An argument that is not allowed; its description is the one line to show.
struct ArgumentError: Error, Equatable, CustomStringConvertible {
  let argument: String

  var description: String { "unknown argument \"\(argument)\"; allowed is --graceful" }
}
