/// One call of make as a page shows it: `make rehearse rows="3 4" lag=50ms`.
struct MakeCommand: Equatable {
  var targets: [String] = []
  /// Names of what is given as `name=value`.
  var knobs: [String] = []

  /// All calls in a line of a shell or in a code span; a comment is not part of one.
  static func all(in line: String) -> [MakeCommand] {
    var commands: [MakeCommand] = []
    var current: MakeCommand?
    func end() {
      if let command = current { commands.append(command) }
      current = nil
    }
    for word in words(line) {
      if word.hasPrefix("#") || word == "…" { break }
      if ["|", ";", "&", "&&", "||", ">"].contains(word) {
        end()
      } else if word == "make" {
        end()
        current = MakeCommand()
      } else if let equals = word.firstIndex(of: "=") {
        current?.knobs.append(String(word[..<equals]))
      } else if !word.hasPrefix("-") {
        current?.targets.append(word)
      }
    }
    end()
    return commands
  }

  /// Words as a shell parts them: quotes keep spaces, `;` stands alone.
  private static func words(_ line: String) -> [String] {
    var words: [String] = []
    var word = ""
    var quote: Character?
    func end() {
      if !word.isEmpty { words.append(word) }
      word = ""
    }
    for character in line {
      if let open = quote {
        if character == open { quote = nil } else { word.append(character) }
      } else if character == "\"" || character == "'" {
        quote = character
      } else if character == " " {
        end()
      } else if character == ";" || character == "|" {
        end()
        words.append(String(character))
      } else {
        word.append(character)
      }
    }
    end()
    return words
  }
}
