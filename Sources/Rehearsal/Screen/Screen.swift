import Comparison
import Libc
import Shared

/// Standard output: a terminal on which the picture is redrawn, or anything else, which gets plain
/// lines now and then.
///
/// Writing blocks while a terminal is stopped or a pipe is full, so this belongs on a thread that
/// serves no client.
struct Screen: Sendable {
  /// How often a picture is due, and how often plain lines are.
  static let redraw = Duration.milliseconds(250)
  static let report = Duration.seconds(5)

  let isTerminal: Bool
  private let descriptor: Int32
  private var view = LiveView()

  /// - Parameter isPlain: plain lines on a terminal too.
  init(descriptor: Int32 = 1, isPlain: Bool = false) {
    self.descriptor = descriptor
    // A terminal that knows no cursor movement says so.
    let isDumb = getenv("TERM").map { String(cString: $0) == "dumb" } ?? true
    isTerminal = !isPlain && !isDumb && isatty(descriptor) == 1
  }

  /// How often `show` is to be called.
  var interval: Duration { isTerminal ? Self.redraw : Self.report }

  mutating func show(_ snapshot: LiveSnapshot) {
    let (columns, rows) = size
    if isTerminal {
      put(view.frame(snapshot, columns: columns, rows: rows))
    } else {
      print(LiveView.plainLines(snapshot))
    }
  }

  /// Takes the picture away, so that results stand alone.
  mutating func clear() {
    let (columns, rows) = size
    if isTerminal { put(view.clear(columns: columns, rows: rows)) }
  }

  func print(_ lines: [String]) { put(lines.map { $0 + "\n" }.joined()) }

  /// 80 by 24 when the terminal does not say.
  private var size: (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
      return (80, 24)
    }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// A reader that went away is no reason to stop: the results are in files too.
  private func put(_ text: String) { Descriptor.write(Array(text.utf8), to: descriptor) }
}
