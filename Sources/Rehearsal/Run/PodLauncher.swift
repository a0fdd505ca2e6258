import Comparison
import Libc
import Shared

/// Starts the processes of one subject's pods and reads what they write. Belongs to its subject's
/// loop.
final class PodLauncher {
  private let command: PodCommand
  private let deployment: Deployment
  private let group: PodGroup
  /// Replaces what the manifest says.
  private let environment: [String: String]

  init(
    _ command: PodCommand, _ deployment: Deployment, group: PodGroup, environment: [String: String]
  ) {
    self.command = command
    self.deployment = deployment
    self.group = group
    self.environment = environment
  }

  /// - Parameter wrote: called with all that the process writes, and on which stream.
  /// - Throws: `CommandError` when there is no descriptor or process left.
  func launch(
    _ podName: String, at address: SocketAddress, on loop: isolated EventLoop,
    wrote:
      @escaping @Sendable (UnsafeRawBufferPointer, PodLog.Stream, isolated EventLoop) -> Void
  ) throws(CommandError) -> PodProcess {
    let start = command.start(
      of: deployment, podName: podName, at: address, environment: environment)
    let process = try group.start(
      command.executable, start.arguments, environment: start.environment, separatesErrors: true)
    for (descriptor, stream) in [
      (process.output, PodLog.Stream.output), (process.errors, .errors),
    ] {
      guard let descriptor else { continue }
      DescriptorReader.open(descriptor, on: loop) { bytes, loop in
        guard let bytes else {
          close(descriptor)
          return
        }
        wrote(bytes, stream, loop)
      }
    }
    return process
  }
}
