import Comparison
import Shared

/// How one client's requests get to a pod. Belongs to its subject's loop.
protocol DoorClient: AnyObject {
  func send(_ request: Request, on loop: isolated EventLoop) async -> Exchange
  /// Closes the connections that stand.
  func close(on loop: isolated EventLoop)
}
