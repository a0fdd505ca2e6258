/// The sanitizer that the tests were built for (`make test sanitize=thread`). It makes everything
/// several times slower: a test whose subject takes a fast machine asks for less.
enum Sanitizer {
  #if SANITIZE_THREAD
    static let isThread = true
  #else
    static let isThread = false
  #endif

  /// It keeps memory that was freed, to see who uses it later.
  #if SANITIZE_ADDRESS
    static let isAddress = true
  #else
    static let isAddress = false
  #endif

  static var isOn: Bool { isThread || isAddress }
}
