import Shared

/// The addresses of one row's pods, never given twice.
struct LoopbackAddresses: Sendable {
  enum Mode: Equatable, Sendable {
    /// An address of 127.0.0.0/8 for each pod, all with this port, as in a cluster.
    case addressEach(port: UInt16)
    /// 127.0.0.1 and a port for each pod, where there is no other address (macOS).
    case portEach
  }

  /// Below what systems give to outgoing connections (32768 on Linux, 49152 on macOS): those could take a pod's port before the pod does.
  static let ports: Range<UInt16> = 20_000..<32_000
  /// Rows that have addresses of their own.
  static let rows = 16

  let mode: Mode
  private let row: Int
  private let origin: Int
  private var next = 0

  /// - Parameters:
  ///   - row: its index, below `rows`.
  ///   - origin: where to begin, so that rehearsals at the same time are apart, such as the harness's process id.
  init(row: Int, mode: Mode, origin: Int) {
    precondition((0..<Self.rows).contains(row))
    self.row = row
    self.mode = mode
    self.origin = abs(origin)
  }

  /// Whether addresses other than 127.0.0.1 can be used.
  static var hasAddressEach: Bool {
    guard let address = SocketAddress(host: "127.254.254.254", port: 0) else { return false }
    do {
      try BindCheck.run(address)
      return true
    } catch {
      return false
    }
  }

  /// An address that could be listened on just now.
  /// - Throws: `Refusal` when all are in use.
  mutating func take() throws(Refusal) -> SocketAddress {
    var reason = "all were given"
    while let candidate = candidate(next) {
      next += 1
      do {
        try BindCheck.run(candidate)
        return candidate
      } catch {
        reason = error.description
        guard error.errno == EADDRINUSE else { break }
      }
    }
    throw Refusal(message: "no address for a pod: \(reason)", status: 71)
  }

  private func candidate(_ index: Int) -> SocketAddress? {
    switch mode {
    case .addressEach(let port):
      // 127.0 is left out: 127.0.0.1 is everybody's, and 127.0.1.1 the host's name on Debian.
      guard index < 254 * 254 else { return nil }
      let slice = 1 + (origin * Self.rows + row) % 240
      return SocketAddress(host: "127.\(slice).\(1 + index / 254).\(1 + index % 254)", port: port)
    case .portEach:
      // Rows take turns, so that they never meet.
      let count = Self.ports.count / Self.rows
      guard index < count else { return nil }
      let port = Int(Self.ports.lowerBound) + (origin + index) % count * Self.rows + row
      return SocketAddress(host: "127.0.0.1", port: UInt16(port))
    }
  }
}
