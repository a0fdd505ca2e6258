/// How a process ended, as waitpid(2) gives it.
package enum WaitStatus {
  /// The exit status, or 128 and the number of the signal that ended it, as shells and Kubernetes
  /// show it: 137 after SIGKILL.
  package static func code(_ status: Int32) -> Int32 {
    let signal = status & 0x7f
    return signal == 0 ? (status >> 8) & 0xff : 128 + signal
  }
}
