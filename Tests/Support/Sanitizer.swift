/// The sanitizer that the tests were built for (`make test sanitize=thread`). It makes everything
/// several times slower: a test whose subject takes a fast machine asks for less.
enum Sanitizer {
  #if SANITIZE_THREAD
    static let isThread = true
    static let isOn = true
  #elseif SANITIZE_ADDRESS
    static let isThread = false
    static let isOn = true
  #else
    static let isThread = false
    static let isOn = false
  #endif
}
