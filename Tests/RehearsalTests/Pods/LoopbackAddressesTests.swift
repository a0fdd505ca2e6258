import Libc
import Testing

@testable import Comparison
@testable import Rehearsal
@testable import Shared

struct LoopbackAddressesTests {
  /// Ports of this process's own, below those of outgoing connections: tests of other clones run at
  /// the same time, and a block is taken for as long as its process lives.
  private static let port = 10_000 + 3 * UInt16(getpid() % 3_000)

  @Test func `each pod has an address of its own, with one port`() throws {
    var addresses = LoopbackAddresses(subject: 0, mode: .addressEach(port: Self.port), origin: 3)
    let taken = try (0..<300).map { _ in try addresses.take() }
    #expect(Set(taken).count == 300)
    #expect(taken.allSatisfy { $0.port == Self.port && $0.host.hasPrefix("127.49.") })
    // The block's first address marks that it is taken.
    #expect(taken[0].host == "127.49.1.2")
    #expect(taken[253].host == "127.49.2.1")
  }

  @Test func `subjects and rehearsals have slices of their own`() throws {
    var hosts: Set<String> = []
    for origin in 0..<3 {
      for subject in 0..<LoopbackAddresses.subjects {
        var addresses = LoopbackAddresses(
          subject: subject, mode: .addressEach(port: Self.port + 1), origin: origin)
        hosts.insert(try addresses.take().host)
      }
    }
    #expect(hosts.count == 48)
    #expect(!hosts.contains { $0.hasPrefix("127.0.") })
  }

  @Test func `a later rehearsal gets a block that no other has`() throws {
    var one = LoopbackAddresses(subject: 0, mode: .addressEach(port: Self.port + 2), origin: 3)
    var other = LoopbackAddresses(subject: 0, mode: .addressEach(port: Self.port + 2), origin: 3)
    #expect(try [one.take().host, other.take().host] == ["127.49.1.2", "127.50.1.2"])
  }

  @Test func `an address in use is passed over`() throws {
    var ports = LoopbackAddresses(subject: 2, mode: .portEach, origin: 77)
    _ = try ports.take()
    var ahead = ports
    let busy = try ahead.take()
    let holder = try Socket.listening(on: busy)
    defer { holder.close() }
    #expect(try ports.take() == ahead.take())
  }

  @Test
  func
    `a port in use at all addresses is named, not taken for other rehearsals' blocks`()
    throws
  {
    let holder = try Socket.listening(on: .anyIPv4(0))
    defer { holder.close() }
    let port = try #require(SocketAddress(boundTo: holder.descriptor)).port
    var addresses = LoopbackAddresses(subject: 0, mode: .addressEach(port: port), origin: 3)
    let error = #expect(throws: CommandError.self) { try addresses.take() }
    #expect(error?.status == .osError)
    #expect(error?.message.contains("port \(port) of all addresses is in use") == true)
  }

  @Test func `with a port each rows never meet, and no port is one for outgoing connections`()
    throws
  {
    var one = LoopbackAddresses(subject: 0, mode: .portEach, origin: Int(getpid()))
    var other = LoopbackAddresses(subject: 1, mode: .portEach, origin: Int(getpid()))
    let taken = try (0..<40).flatMap { _ in [try one.take(), try other.take()] }
    #expect(Set(taken).count == 80)
    #expect(
      taken.allSatisfy { $0.host == "127.0.0.1" && LoopbackAddresses.ports.contains($0.port) })
  }

  @Test func `when all are given it says so in one line`() throws {
    var addresses = LoopbackAddresses(subject: 3, mode: .portEach, origin: 5)
    let error = #expect(throws: CommandError.self) { while true { _ = try addresses.take() } }
    #expect(error?.status == .osError)
    #expect(error?.message.contains("no address for a pod") == true)
  }

  @Test func `Linux has an address for each`() {
    #expect(LoopbackAddresses.hasAddressEach)
  }
}
