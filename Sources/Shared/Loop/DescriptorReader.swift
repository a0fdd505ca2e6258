import Libc

/// Reads a pipe on a loop, and passes on its bytes and then, once, its end (nil). Belongs to its
/// loop; does not close the descriptor.
package final class DescriptorReader: Channel {
  private let descriptor: Int32
  private var receive: ((UnsafeRawBufferPointer?, isolated EventLoop) -> Void)?

  private init(
    _ descriptor: Int32, _ receive: @escaping (UnsafeRawBufferPointer?, isolated EventLoop) -> Void
  ) {
    self.descriptor = descriptor
    self.receive = receive
  }

  /// Begins to read.
  /// - Parameters:
  ///   - descriptor: non-blocking; must stay open until the end was passed on, or `close` called.
  ///   - receive: gets the bytes, valid during the call, and nil at the end.
  @discardableResult
  package static func open(
    _ descriptor: Int32, on loop: isolated EventLoop,
    _ receive: @escaping (UnsafeRawBufferPointer?, isolated EventLoop) -> Void
  ) -> DescriptorReader {
    let reader = DescriptorReader(descriptor, receive)
    if !loop.attach(reader, to: descriptor, .read) { reader.end(on: loop) }
    return reader
  }

  /// Stops reading, without passing on an end.
  package func close(on loop: isolated EventLoop) {
    guard receive != nil else { return }
    receive = nil
    loop.detach(descriptor)
  }

  func ready(_: Readiness, on loop: isolated EventLoop) {
    let count = read(descriptor, loop.scratch.bytes.baseAddress, loop.scratch.bytes.count)
    if count > 0 {
      receive?(UnsafeRawBufferPointer(rebasing: loop.scratch.bytes[..<count]), loop)
    } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
      loop.detach(descriptor)
      end(on: loop)
    }
  }

  func due(on _: isolated EventLoop) {}

  private func end(on loop: isolated EventLoop) {
    let receive = receive
    self.receive = nil
    receive?(nil, loop)
  }
}
