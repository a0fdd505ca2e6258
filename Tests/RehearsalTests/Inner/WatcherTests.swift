import Libc
import Shared
import Testing

@testable import Comparison
@testable import Rehearsal
@testable import TestSupport

struct WatcherTests {
  @Test func `a harness killed with SIGKILL leaves no pod behind`() async throws {
    // Each pod and its child hold the writing end of this; its end is theirs.
    let fifo = "/tmp/rehearsal-test-\(getpid())-\(UInt32.random(in: 0...(.max)))"
    try #require(mkfifo(fifo, 0o600) == 0)
    defer { unlink(fifo) }
    let sign = open(fifo, O_RDONLY | O_NONBLOCK)
    defer { close(sign) }

    await #expect(processExitsWith: .signal(SIGKILL)) { [fifo = fifo as String] in
      let group = try PodGroup(harness: BuiltHarness.path)
      let pods = try (0..<3).map { _ in
        try group.start(
          "/bin/sh",
          ["-c", "exec 9>\"$1\"; echo here >&9; sleep 1000 & echo up; wait", "sh", fifo],
          environment: ["PATH=/usr/bin:/bin"])
      }
      for pod in pods { _ = try Await.output(of: pod.output, until: "up") }
      kill(getpid(), SIGKILL)
    }

    #expect(try Await.output(of: sign) == "here\nhere\nhere\n")
  }

  @Test(.enabled(if: access("/usr/bin/setsid", X_OK) == 0, "needs setsid"))
  func `a process in a session of its own is killed by the mark of its group`() throws {
    let mark = "WATCHER_TEST=\(getpid())-\(UInt32.random(in: 0...(.max)))"
    let group = try PodGroup(harness: BuiltHarness.path, mark: mark)
    let pod = try group.start(
      "/usr/bin/setsid", ["-f", "/bin/sh", "-c", "echo up; exec sleep 1000"],
      environment: ["PATH=/usr/bin:/bin"])
    defer { close(pod.output) }
    _ = try Await.output(of: pod.output, until: "up")
    // And the parent, which may not have ended yet.
    #expect(!ProcessTree.marked(mark).isEmpty)
    #expect(group.end())
    // It holds the writing end.
    _ = try Await.output(of: pod.output)
    #expect(ProcessTree.marked(mark) == [])
  }

  @Test func `the watcher outlives what a terminal sends`() throws {
    let watcher = try Watcher(harness: BuiltHarness.path)
    let reaper = try Reaper(group: watcher.group)
    let pod = try PodProcess(
      executable: "/bin/sh", arguments: ["-c", "trap '' INT HUP; echo up; sleep 1000"],
      environment: ["PATH=/usr/bin:/bin"],
      harness: BuiltHarness.path, group: watcher.group, reaper: reaper)
    defer { close(pod.output) }
    _ = try Await.output(of: pod.output, until: "up")
    for signal in [SIGINT, SIGTERM, SIGHUP] { kill(watcher.group, signal) }
    #expect(reaper.isLeaderAlive)
    watcher.release()
    #expect(reaper.waitUntilEmpty(within: Await.limit))
    // Killed by the watcher, so it was there to the end.
    #expect(reaper.take().map(\.code) == [137])
  }

  @Test func `without its watcher a group starts no pod`() throws {
    let watcher = try Watcher(harness: BuiltHarness.path)
    let reaper = try Reaper(group: watcher.group)
    kill(watcher.group, SIGKILL)
    #expect(reaper.waitUntilEmpty(within: Await.limit))
    #expect(!reaper.isLeaderAlive)
    #expect(throws: CommandError.self) {
      _ = try PodProcess(
        executable: "/bin/true", arguments: [], environment: [], harness: BuiltHarness.path,
        group: watcher.group, reaper: reaper)
    }
    watcher.release()
  }

  @Test func `once all are killed no pod is started, though the watcher still lives`() throws {
    let watcher = try Watcher(harness: BuiltHarness.path)
    let reaper = try Reaper(group: watcher.group)
    reaper.killAll()
    #expect(reaper.isLeaderAlive)
    #expect(throws: CommandError.self) {
      _ = try PodProcess(
        executable: "/bin/true", arguments: [], environment: [], harness: BuiltHarness.path,
        group: watcher.group, reaper: reaper)
    }
    watcher.release()
    #expect(reaper.waitUntilEmpty(within: Await.limit))
  }

  @Test func `a group whose watcher was killed is still ended by the harness`() throws {
    let group = try PodGroup(harness: BuiltHarness.path)
    let pod = try group.start("/bin/sleep", ["1000"], environment: [])
    defer { close(pod.output) }
    kill(group.id, SIGKILL)
    try Await.readable(group.descriptor)
    #expect(!group.isWatched)
    #expect(group.end())
    #expect(group.takeExits().map(\.code) == [137])
  }

  @Test func `started by hand it kills no process`() throws {
    // A member of this process's own group, with a standard input that is at its end.
    let pid = try Launch(arguments: [BuiltHarness.path, "watcher"], group: getpgrp()).spawn()
    var status: Int32 = 0
    #expect(waitpid(pid, &status, 0) == pid)
    #expect(WaitStatus.code(status) == 64)
  }
}
