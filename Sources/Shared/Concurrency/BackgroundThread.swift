import Libc

/// A thread of its own, for system calls that block.
package enum BackgroundThread {
  /// The signals of a thread's own faults. Where they are blocked, the kernel ends the process
  /// without a handler's report (signal(7)).
  static let faults = [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT]

  /// Starts a thread that runs `body` and ends with it; it cannot be joined. It takes no signals
  /// but those of its own faults: they belong to the threads that ask for them.
  /// - Precondition: the system has a thread left; `tryStart` throws instead.
  package static func start(_ body: @escaping @Sendable () -> Void) {
    do throws(SystemError) { try tryStart(body) } catch { preconditionFailure("\(error)") }
  }

  /// As `start`.
  /// - Throws: `SystemError` when the system has no thread left.
  package static func tryStart(_ body: @escaping @Sendable () -> Void) throws(SystemError) {
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    for fault in faults { sigdelset(&all, fault) }
    // A thread inherits the mask of the one that makes it.
    pthread_sigmask(SIG_SETMASK, &all, &before)
    let error = Platform.startThread(body)
    pthread_sigmask(SIG_SETMASK, &before, nil)
    if error != 0 { throw SystemError(what: "no thread could be started", errno: error) }
  }
}
