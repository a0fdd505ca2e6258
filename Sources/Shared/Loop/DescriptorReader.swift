/// Reads a pipe on a loop: what comes is handed over, and at its end nil, once. Belongs to its
/// loop; does not close the descriptor.
public final class DescriptorReader: Channel {
  private let descriptor: Int32
  private var receive: ((UnsafeRawBufferPointer?, isolated EventLoop) -> Void)?

  private init(
    _ descriptor: Int32, _ receive: @escaping (UnsafeRawBufferPointer?, isolated EventLoop) -> Void
  ) {
    self.descriptor = descriptor
    self.receive = receive
  }

  /// - Parameter descriptor: non-blocking; stays open until the end was handed over, or `close`
  ///   called.
  @discardableResult
  public static func open(
    _ descriptor: Int32, on loop: isolated EventLoop,
    _ receive: @escaping (UnsafeRawBufferPointer?, isolated EventLoop) -> Void
  ) -> DescriptorReader {
    let reader = DescriptorReader(descriptor, receive)
    if !loop.attach(reader, to: descriptor, .read) { reader.end(on: loop) }
    return reader
  }

  /// Reads no more.
  public func close(on loop: isolated EventLoop) {
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
