import Comparison
import Libc
import Shared

/// Keeps what a pod writes, as `<folder>/<pod>.log` and, for its standard error, `<pod>.err`. What
/// cannot be written is lost: a full disk must not fail a step.
final class PodLog {
  /// Each has a pipe of its own.
  enum Stream: Sendable {
    case output
    case errors
  }

  private let path: String
  private var descriptors: [Stream: Int32] = [:]

  init(of pod: String, in folder: String) { path = "\(folder)/\(pod)" }

  deinit { for descriptor in descriptors.values where descriptor >= 0 { close(descriptor) } }

  func append(_ bytes: UnsafeRawBufferPointer, _ stream: Stream) {
    let known = descriptors[stream]
    let descriptor =
      known ?? creat("\(path).\(stream == .output ? "log" : "err")", 0o644)
    if known == nil {
      descriptors[stream] = descriptor
      if descriptor >= 0 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    }
    guard descriptor >= 0 else { return }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Libc.write(
        descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
