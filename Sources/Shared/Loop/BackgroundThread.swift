/// A thread for a system call that blocks. It takes no signals, and nobody joins it.
public enum BackgroundThread {
  public static func start(_ body: @escaping @Sendable () -> Void) { Platform.startThread(body) }
}
