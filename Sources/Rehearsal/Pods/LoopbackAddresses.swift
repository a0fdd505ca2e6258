import Comparison
import Libc
import Shared

/// The addresses of one subject's pods, never given twice.
struct LoopbackAddresses: Sendable {
  enum Mode: Equatable, Sendable {
    /// An address of 127.0.0.0/8 for each pod, all with this port, as in a cluster.
    case addressEach(port: UInt16)
    /// 127.0.0.1 and a port for each pod, where there is no other address (macOS).
    case portEach
  }

  /// Below what systems give to outgoing connections (32768 on Linux, 49152 on macOS): those could
  /// take a pod's port before the pod does.
  static let ports: Range<UInt16> = 20_000..<32_000
  /// Subjects that have addresses of their own.
  static let subjects = 16

  let mode: Mode
  private let first: Int
  /// The block of addresses that belongs to this process for as long as it lives.
  private var block: Int?
  private var next = 1

  /// - Parameters:
  ///   - subject: its index, below `subjects`.
  ///   - origin: where to look for a free block first, such as the harness's process id.
  init(subject: Int, mode: Mode, origin: Int) {
    precondition((0..<Self.subjects).contains(subject))
    self.mode = mode
    first = abs(origin) % Self.ports.count * Self.subjects + subject
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
  /// - Throws: `CommandError` when all are in use.
  mutating func take() throws(CommandError) -> SocketAddress {
    var reason = "all were given"
    let block = try claim()
    while let candidate = address(next, in: block) {
      next += 1
      do {
        try BindCheck.run(candidate)
        return candidate
      } catch {
        reason = error.description
        guard error.errno == EADDRINUSE else { break }
      }
    }
    throw CommandError(.osError, "no address for a pod: \(reason)")
  }

  /// A pod listens some time after it was given its address. Meanwhile another subject or another
  /// rehearsal could be given the same one, did they not each have a block of their own, which is
  /// marked by listening on its first address.
  private mutating func claim() throws(CommandError) -> Int {
    if let block { return block }
    for index in 0..<blocks {
      let candidate = (first + index) % blocks
      guard let mark = address(0, in: candidate) else { continue }
      do throws(BindError) {
        try BindCheck.hold(mark)
        block = candidate
        return candidate
      } catch {
        guard error.errno == EADDRINUSE else {
          throw CommandError(.osError, "no addresses for pods: \(error)")
        }
      }
    }
    try requirePort()
    throw CommandError(
      .osError, "no addresses for pods: other rehearsals have all \(blocks) blocks of them")
  }

  /// A service that listens on all addresses has those of every block.
  private func requirePort() throws(CommandError) {
    guard case .addressEach(let port) = mode,
      let outside = SocketAddress(host: "127.254.254.253", port: port)
    else { return }
    do throws(BindError) {
      try BindCheck.run(outside)
    } catch {
      throw CommandError(
        .osError,
        "no addresses for pods: port \(port) of all addresses is in use, end what listens there "
          + "(ss -ltn) or pass ports=1"
      )
    }
  }

  private var blocks: Int { mode == .portEach ? 40 : 240 }

  private func address(_ index: Int, in block: Int) -> SocketAddress? {
    switch mode {
    case .addressEach(let port):
      // 127.0 is left out: 127.0.0.1 is in use by others, and 127.0.1.1 the host's name on Debian.
      guard index < 254 * 254 else { return nil }
      return SocketAddress(
        host: "127.\(1 + block).\(1 + index / 254).\(1 + index % 254)", port: port)
    case .portEach:
      let count = Self.ports.count / blocks
      guard index < count else { return nil }
      return SocketAddress(
        host: "127.0.0.1", port: Self.ports.lowerBound + UInt16(block * count + index))
    }
  }
}
