import Testing

@testable import TestSupport

/// The rooms of the sources, held against the map of `docs/architecture.md`.
@Suite struct MapTests {
  private func map() throws -> RoomMap {
    try RoomMap(Repository.text("docs/architecture.md"))
  }

  @Test func `the map names each module and each room, and no other`() throws {
    var rooms: [String: Set<String>] = [:]
    for file in try SourceFile.all() {
      rooms[file.module, default: []].formUnion(file.room.map { [$0] } ?? [])
    }
    #expect(try map().rooms.mapValues(Set.init) == rooms)
  }

  @Test func `rooms and modules use each other as the map has it`() throws {
    let differences = Uses(try SourceFile.all()).differences(from: try map())
    #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
  }

  @Test func `no way on the map leads back`() throws {
    #expect(try map().circle() == nil)
  }

  // The same checks on sources that break them.

  private let page = """
    ## Map

    ```text
    Core
      Sockets
      Loop -> Sockets
      Server -> Loop, Sockets
    Program -> Core
    ```
    """

  private func differences(_ files: (String, String)...) throws -> [String] {
    let all = [
      ("Core/Sockets/Socket.swift", "struct Socket { enum Kind { case tcp } }"),
      ("Core/Loop/Loop.swift", "package final class Loop { let socket: Socket }"),
      ("Core/Server/Server.swift", "actor Server { let loop: Loop; let socket: Socket }"),
      ("Program/main.swift", "import Core\nlet server = Server()"),
    ]
    return try Uses((all + files).map { SourceFile($0.0, $0.1) })
      .differences(from: RoomMap(page))
  }

  @Test func `sources that keep to the map have no difference`() throws {
    #expect(try differences() == [])
  }

  @Test func `an arrow that the map does not have is found with its place`() throws {
    #expect(
      try differences(("Core/Loop/Timer.swift", "\nfunc ring(_ server: isolated Server) {}")) == [
        "Core/Loop -> Core/Server is not on the map: Core/Loop/Timer.swift:2: Server"
      ])
  }

  @Test func `a name in an interpolation is a use`() throws {
    #expect(
      try differences(("Core/Sockets/Text.swift", #"let text = "a \(Loop.self) b""#)) == [
        "Core/Sockets -> Core/Loop is not on the map: Core/Sockets/Text.swift:1: Loop"
      ])
  }

  @Test(arguments: [
    "// Server", "/* a /* nested */ Server */", #"let text = "Server""#,
    #"let text = "\"Server""#, "let text = \"\"\"\n  a \"Server\"\n  \"\"\"",
    ##"let text = #"a "Server" \(Server)"#"##, "let pattern = /a\"Server/",
    "let kind = Poller.Server", "enum Poll { enum Server {} }", "private struct Server {}",
  ])
  func `a comment, a literal, a member and a name of one's own are no use`(text: String) throws {
    #expect(try differences(("Core/Sockets/Text.swift", text)) == [])
  }

  @Test func `an arrow that no source needs any more is found`() throws {
    let files = [SourceFile("Core/Sockets/Socket.swift", "struct Socket {}")]
    #expect(
      try Uses(files).differences(from: RoomMap(page)).contains(
        "Core/Server -> Core/Loop is on the map, and not used"))
  }

  @Test func `an import that the map does not have is found`() throws {
    #expect(
      try differences(("Core/Loop/Back.swift", "import Program")) == [
        "Core -> Program is not on the map: Core/Loop/Back.swift: import Program"
      ])
  }

  @Test func `a circle is found`() throws {
    let circle = page.replacing("  Sockets\n", with: "  Sockets -> Server\n")
    #expect(try RoomMap(page).circle() == nil)
    #expect(
      try RoomMap(circle).circle() == [
        "Core/Loop", "Core/Sockets", "Core/Server", "Core/Loop",
      ])
  }
}
