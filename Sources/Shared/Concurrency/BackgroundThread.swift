/// A thread of its own, for system calls that block.
package enum BackgroundThread {
  /// Starts a thread that runs `body` and ends with it; it cannot be joined. It takes no signals:
  /// those belong to the threads that ask for them. Ends the process when there is no thread.
  package static func start(_ body: @escaping @Sendable () -> Void) {
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    // A thread inherits the mask of the one that makes it.
    pthread_sigmask(SIG_SETMASK, &all, &before)
    let error = Platform.startThread(body)
    pthread_sigmask(SIG_SETMASK, &before, nil)
    precondition(error == 0, "no thread could be started: \(String(cString: strerror(error)))")
  }
}
