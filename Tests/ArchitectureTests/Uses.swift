/// Which rooms and modules use which, and where, as the sources have it.
///
/// A room uses another when a file of it names a type that the other declares. A name that a room
/// declares itself, nested or not, is its own.
struct Uses {
  typealias Arrow = RoomMap.Arrow

  /// With the first place of each.
  private(set) var places: [Arrow: String] = [:]

  init(_ files: [SourceFile]) {
    var homes: [String: [SourceFile]] = [:]
    for file in files {
      for name in file.declared { homes[name, default: []].append(file) }
    }
    var own: [String: Set<String>] = [:]
    for file in files { own[Self.place(file), default: []].formUnion(file.declared + file.hidden) }
    let modules = Set(files.map(\.module))
    for file in files {
      for module in file.imports where modules.contains(module) {
        add(file.module, module, "\(file.path): import \(module)")
      }
      for (name, line) in file.names() where own[Self.place(file)]?.contains(name) != true {
        for home in homes[name] ?? [] where home.module == file.module && home.room != file.room {
          guard file.room != nil else { continue }  // what stands beside the rooms may use them all
          add(Self.place(file), Self.place(home), "\(file.path):\(line): \(name)")
        }
      }
    }
  }

  private mutating func add(_ from: String, _ to: String, _ place: String) {
    let arrow = Arrow(from: from, to: to)
    places[arrow] = min(places[arrow] ?? place, place)
  }

  private static func place(_ file: SourceFile) -> String {
    file.room.map { "\(file.module)/\($0)" } ?? file.module
  }

  /// What the map does not have, each with its first place, and what it has in vain.
  func differences(from map: RoomMap) -> [String] {
    let forbidden = places.filter { !map.arrows.contains($0.key) }
    let unused = map.arrows.filter { places[$0] == nil }
    return forbidden.map { "\($0.key) is not on the map: \($0.value)" }.sorted()
      + unused.map { "\($0) is on the map, and not used" }.sorted()
  }
}

extension Set {
  fileprivate static func + (left: Set, right: Set) -> Set { left.union(right) }
}
