import Libc
import Shared
import Testing

@testable import Comparison
@testable import Rehearsal
@testable import TestSupport

/// Pods in a PID namespace, where the kernel allows one.
@Suite(
  .timeLimit(.minutes(4)),
  .enabled(if: PID1.available(harness: BuiltHarness.path) == .namespace, "needs PID namespaces"))
struct PID1Tests {
  /// Runs a program as a pod of its own group.
  private func with(
    _ command: [String], _ body: (PodProcess, PodGroup) throws -> Void
  ) throws {
    let group = try PodGroup(harness: BuiltHarness.path, pid1: .namespace)
    defer { _ = group.end() }
    let pod = try group.start(
      command[0], Array(command.dropFirst()), environment: ["PATH=/usr/bin:/bin"])
    defer { close(pod.output) }
    try body(pod, group)
  }

  private func shell(_ script: String, _ body: (PodProcess, PodGroup) throws -> Void) throws {
    try with(["/bin/sh", "-c", script], body)
  }

  /// The exit code, once it has ended.
  private func code(of pod: PodProcess, _ group: PodGroup) throws -> Int32 {
    while true {
      var ready = pollfd(fd: group.descriptor, events: Int16(POLLIN), revents: 0)
      try #require(poll(&ready, 1, 20_000) == 1)
      if let exit = group.takeExits().first(where: { $0.pid == pod.pid }) { return exit.code }
    }
  }

  @Test func `the pod's process is PID 1, and its exit code comes through`() throws {
    try shell("echo pid $$; exit 7") { pod, group in
      _ = try Await.output(of: pod.output, until: "pid 1\n")
      #expect(try code(of: pod, group) == 7)
    }
  }

  @Test func `a handler is run`() throws {
    try shell("trap 'echo stopping; exit 0' TERM; echo up; while :; do sleep 0.01; done") {
      pod, group in
      _ = try Await.output(of: pod.output, until: "up")
      pod.send(SIGTERM)
      _ = try Await.output(of: pod.output, until: "stopping")
      #expect(try code(of: pod, group) == 0)
    }
  }

  @Test func `without a handler SIGTERM has no effect, and SIGKILL ends it with 137`() throws {
    try shell("while :; do echo beat; sleep 0.01; done") { pod, group in
      _ = try Await.output(of: pod.output, until: "beat")
      pod.send(SIGTERM)
      for _ in 0..<5 { _ = try Await.output(of: pod.output, until: "beat") }
      #expect(group.takeExits().isEmpty)
      pod.send(SIGKILL)
      #expect(try code(of: pod, group) == 137)
    }
  }

  @Test(.needs(.node)) func `node without a handler lives through SIGTERM`() throws {
    try with([#require(Tool.node.path), "-e", "setInterval(() => console.log('beat'), 20)"]) {
      pod, group in
      _ = try Await.output(of: pod.output, until: "beat")
      pod.send(SIGTERM)
      for _ in 0..<5 { _ = try Await.output(of: pod.output, until: "beat") }
      #expect(group.takeExits().isEmpty)
      pod.send(SIGKILL)
      #expect(try code(of: pod, group) == 137)
    }
  }

  @Test func `when it ends all its processes end, even those in a session of their own`() throws {
    // The pipe is at its end only when no process has it open any more.
    try shell("setsid sleep 1000 & sleep 1000 & echo up; exit 3") { pod, group in
      _ = try Await.output(of: pod.output, until: "up")
      #expect(try code(of: pod, group) == 3)
      var ready = pollfd(fd: pod.output, events: Int16(POLLIN), revents: 0)
      #expect(poll(&ready, 1, 20_000) == 1)
      var byte: UInt8 = 0
      while case let count = read(pod.output, &byte, 1), count != 0 {
        try #require(count > 0 || errno == EAGAIN)
      }
    }
  }

  @Test func `a program that is not there ends with 127 and one line`() throws {
    try with(["/nowhere/calc"]) { pod, group in
      _ = try Await.output(of: pod.output, until: "cannot start /nowhere/calc")
      #expect(try code(of: pod, group) == 127)
    }
  }
}
