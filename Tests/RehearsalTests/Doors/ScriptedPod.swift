import Libc
import Synchronization
import Testing

@testable import Comparison
@testable import Rehearsal
@testable import Shared

/// A pod that does with each request what a test says, and tells what clients do with their
/// connections.
final class ScriptedPod: Sendable {
  enum Script: Sendable {
    case answers, closes, resets, isSilent
    /// Answers the first request of a connection, and closes at the second.
    case answersOnce
    /// Answers with this status and these lines of the head.
    case says(Int, String = "")
    /// Answers with the id of another request, or with a wrong sum.
    case confuses, miscalculates
    /// Sends what is not HTTP.
    case babbles
  }
  enum Event: Equatable, Sendable {
    case connected
    case asked(id: String)
    case closed
  }

  let address: SocketAddress
  let events: AsyncStream<Event>
  private let listener: Int32
  private let script: Script
  private let report: AsyncStream<Event>.Continuation

  init(_ script: Script = .answers) throws {
    let any = try #require(SocketAddress(host: "127.0.0.1", port: 0))
    listener = try Socket.listening(on: any).descriptor
    address = try #require(SocketAddress(boundTo: listener))
    _ = fcntl(listener, F_SETFL, fcntl(listener, F_GETFL) & ~O_NONBLOCK)
    self.script = script
    (events, report) = AsyncStream.makeStream()
    BackgroundThread.start { [listener, script, report] in
      while case let connection = accept(listener, nil, nil), connection >= 0 {
        report.yield(.connected)
        BackgroundThread.start { Self.serve(connection, script, report) }
      }
      report.finish()
    }
  }

  /// An address where no socket listens.
  static func nowhere() throws -> SocketAddress {
    let pod = try ScriptedPod()
    pod.end()
    return pod.address
  }

  func end() {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private static func serve(
    _ connection: Int32, _ script: Script, _ report: AsyncStream<Event>.Continuation
  ) {
    var buffer = [UInt8](repeating: 0, count: 4096)
    var text = ""
    var served = 0
    serving: while case let count = read(connection, &buffer, buffer.count), count > 0 {
      text += String(decoding: buffer[..<count], as: UTF8.self)
      guard text.hasSuffix("}") else { continue }  // the end of the body
      let line =
        text.split(separator: "\r\n").first { $0.lowercased().hasPrefix("x-request-id: ") } ?? ""
      report.yield(.asked(id: String(line.dropFirst(14))))
      text = ""
      switch script {
      case .answersOnce where served > 0: break serving
      case .answers, .answersOnce:
        served += 1
        write(
          "HTTP/1.1 200 OK\r\n\(line)\r\nContent-Length: 13\r\n\r\n{\"result\":10}", to: connection)
      case .says(let status, let lines):
        write(
          "HTTP/1.1 \(status) Said\r\n\(lines)\(line)\r\nContent-Length: 13\r\n\r\n{\"result\":10}",
          to: connection)
      case .confuses:
        write(
          "HTTP/1.1 200 OK\r\nX-Request-ID: another\r\nContent-Length: 13\r\n\r\n{\"result\":10}",
          to: connection)
      case .miscalculates:
        write(
          "HTTP/1.1 200 OK\r\n\(line)\r\nContent-Length: 14\r\n\r\n{\"result\":999}",
          to: connection)
      case .babbles: write("200 is what I say\r\n\r\n", to: connection)
      case .isSilent: break
      case .closes, .resets: break serving
      }
    }
    if case .resets = script {
      var option = linger(l_onoff: 1, l_linger: 0)
      setsockopt(connection, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }
    close(connection)
    report.yield(.closed)
  }

  private static func write(_ text: String, to connection: Int32) {
    let bytes = Array(text.utf8)
    _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }
}

extension EventLoop {
  /// Calls `body` on a loop that lives as long.
  static func with<Result: Sendable>(_ body: @Sendable (isolated EventLoop) async throws -> Result)
    async throws -> Result
  {
    let loop = EventLoop()
    do {
      let result = try await body(loop)
      await loop.stop()
      return result
    } catch {
      await loop.stop()
      throw error
    }
  }
}

extension Request {
  static func sum(_ id: String = "1") -> Request {
    Request(.post, "/sum", fields: ["X-Request-ID": id], body: Array("{}".utf8))
  }
}
