import Libc

/// poll(2), for systems without epoll. Same contract as `Epoll`: level-triggered, a token per
/// socket.
final class PollSet: Poller {
  private var entries: [pollfd] = []
  private var tokens: [UInt64] = []
  private var places: [Int32: Int] = [:]

  func add(_ socket: Int32, token: UInt64, _ interest: Readiness) -> Bool {
    places[socket] = entries.count
    entries.append(pollfd(fd: socket, events: Self.events(interest), revents: 0))
    tokens.append(token)
    return true
  }

  func change(_ socket: Int32, token: UInt64, _ interest: Readiness) {
    guard let place = places[socket] else { return }
    tokens[place] = token
    entries[place].events = Self.events(interest)
  }

  func remove(_ socket: Int32) {
    guard let place = places.removeValue(forKey: socket) else { return }
    let last = entries.count - 1
    if place != last {
      entries[place] = entries[last]
      tokens[place] = tokens[last]
      places[entries[place].fd] = place
    }
    entries.removeLast()
    tokens.removeLast()
  }

  func wait(milliseconds: Int32, into events: inout [PollEvent]) -> Bool {
    var left = poll(&entries, nfds_t(entries.count), milliseconds)
    guard left > 0 else { return left == 0 }
    for index in entries.indices where entries[index].revents != 0 {
      let bits = Int32(entries[index].revents)
      var readiness: Readiness = []
      if bits & Int32(POLLIN) != 0 { readiness.insert(.read) }
      if bits & Int32(POLLOUT) != 0 { readiness.insert(.write) }
      if bits & (Int32(POLLERR) | Int32(POLLHUP) | Int32(POLLNVAL)) != 0 {
        readiness.insert(.failure)
      }
      events.append(PollEvent(token: tokens[index], readiness: readiness))
      left -= 1
      if left == 0 { break }
    }
    return true
  }

  private static func events(_ interest: Readiness) -> Int16 {
    Int16(
      (interest.contains(.read) ? Int32(POLLIN) : 0)
        | (interest.contains(.write) ? Int32(POLLOUT) : 0))
  }
}
