import Testing

@testable import Comparison
@testable import Rehearsal

struct LineBufferTests {
  /// What is found when the text comes in these pieces.
  private func found(_ pieces: String...) -> [String] {
    var buffer = LineBuffer()
    var lines: [String] = []
    for piece in pieces {
      Array(piece.utf8).withUnsafeBytes { bytes in buffer.append(bytes) { lines.append($0) } }
    }
    return lines.filter { $0.contains("msg=") }
  }

  @Test func `the life cycle is found among requests`() {
    #expect(
      found(
        """
        ts=1 level=info msg=sum id=1\nts=2 level=info msg=listening\nts=3 level=info \
        msg=sum\nts=4 level=info msg=stopped cut=0\n
        """
      )
        == ["ts=2 level=info msg=listening", "ts=4 level=info msg=stopped cut=0"])
  }

  @Test func `a line in pieces is one line`() {
    #expect(
      found("ts=1 level=info ms", "g=stop", "ped cut=0", "\n") == [
        "ts=1 level=info msg=stopped cut=0"
      ])
  }

  @Test func `a line without its end is none yet`() {
    #expect(found("ts=1 level=info msg=stopped cut=0").isEmpty)
  }

  @Test func `a line that is too long is dropped, and the next one is found`() {
    let long = String(repeating: "x", count: 3000)
    #expect(found(long, long, "msg=listening\nts=1 msg=stopped\n") == ["ts=1 msg=stopped"])
  }
}
