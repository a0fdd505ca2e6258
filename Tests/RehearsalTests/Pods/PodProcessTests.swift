import Libc
import Shared
import Testing

@testable import Comparison
@testable import Rehearsal
@testable import TestSupport

struct PodProcessTests {
  /// A group for one test, ended whatever happens.
  private func withGroup(_ body: (PodGroup) throws -> Void) throws {
    let group = try PodGroup(harness: BuiltHarness.path)
    defer { #expect(group.end()) }
    try body(group)
  }

  private func shell(
    _ script: String, in group: PodGroup, environment: [String] = ["PATH=/usr/bin:/bin"]
  ) throws -> PodProcess {
    try group.start("/bin/sh", ["-c", script], environment: environment)
  }

  @Test func `a pod without a handler survives SIGTERM and ends with 137 after SIGKILL`() throws {
    try withGroup { group in
      let pod = try shell("echo up; exec sleep 1000", in: group)
      defer { close(pod.output) }
      // Before the program runs, and when it does.
      pod.send(SIGTERM)
      #expect(try Await.output(of: pod.output, until: "up") == "up\n")
      pod.send(SIGTERM)
      pod.send(SIGKILL)
      let exits = try Await.exits(1, of: group)
      #expect(exits.map(\.code) == [137])
      #expect(exits.map(\.pid) == [pod.pid])
    }
  }

  @Test func `SIGTERM is ignored in the program and not blocked`() throws {
    try withGroup { group in
      let pod = try shell("grep -E '^Sig(Blk|Ign)' /proc/self/status", in: group)
      defer { close(pod.output) }
      let fields = try Await.output(of: pod.output).split(separator: "\n").map {
        $0.split(separator: "\t")
      }
      let terminate = UInt64(1) << UInt64(SIGTERM - 1)
      #expect(fields.count == 2)
      // Those above 31 are the thread library's own and come as they are.
      #expect(try #require(UInt64(fields[0][1], radix: 16)) & 0x7fff_ffff == 0)
      #expect(try #require(UInt64(fields[1][1], radix: 16)) & 0x7fff_ffff == terminate)
    }
  }

  @Test func `a program that handles SIGTERM gets it`() throws {
    try withGroup { group in
      // A shell that starts with SIGTERM ignored may not trap it, so the handler is another
      // program's.
      let pod = try group.start(
        "/usr/bin/env", ["--default-signal=TERM", "/bin/sh", "-c", "echo up; exec sleep 1000"],
        environment: ["PATH=/usr/bin:/bin"])
      defer { close(pod.output) }
      _ = try Await.output(of: pod.output, until: "up")
      pod.send(SIGTERM)
      #expect(try Await.exits(1, of: group).map(\.code) == [143])
    }
  }

  @Test(arguments: [0, 1, 78, 255]) func `the exit status is the code`(status: Int32) throws {
    try withGroup { group in
      let pod = try shell("exit \(status)", in: group)
      defer { close(pod.output) }
      let before = MonotonicTime.now
      let exit = try #require(try Await.exits(1, of: group).first)
      #expect(exit.code == status)
      #expect(exit.pid == pod.pid)
      #expect(exit.instant - before < Await.limit)
    }
  }

  @Test func `exit codes are learned even when the harness was started with SIGCHLD ignored`() async
  {
    await #expect(processExitsWith: .exitCode(3)) {
      signal(SIGCHLD, SIG_IGN)
      let group = try PodGroup(harness: BuiltHarness.path)
      _ = try group.start("/bin/sh", ["-c", "exit 3"], environment: [])
      exit(try Await.exits(1, of: group)[0].code)
    }
  }

  @Test func `a program that is not there ends with 127 and one line`() throws {
    try withGroup { group in
      let pod = try group.start("/nowhere/CalcV9", environment: [])
      defer { close(pod.output) }
      #expect(
        try Await.output(of: pod.output)
          == "cannot start /nowhere/CalcV9: No such file or directory\n")
      #expect(try Await.exits(1, of: group).map(\.code) == [127])
    }
  }

  @Test func `arguments and environment are passed as they are, and nothing else is`() throws {
    try withGroup { group in
      let pod = try group.start(
        "/bin/sh", ["-c", "echo \"$1|$2\"; exec env", "sh", "a b", ""],
        environment: ["NAME=x y", "EMPTY=", "PATH=/usr/bin:/bin"])
      defer { close(pod.output) }
      let lines = try Await.output(of: pod.output).split(separator: "\n").map(String.init)
      #expect(lines.first == "a b|")
      #expect(
        Set(lines.dropFirst()).isSubset(of: [
          "NAME=x y", "EMPTY=", "PATH=/usr/bin:/bin", "PWD=\(String(cString: getcwd(nil, 0)))",
          "OLDPWD=", "_=/usr/bin/env",
        ]))
      #expect(lines.contains("NAME=x y") && lines.contains("EMPTY="))
    }
  }

  @Test func `of two variables with one name the last counts`() throws {
    try withGroup { group in
      let pod = try group.start(
        "/usr/bin/env", environment: ["NAME=first", "OTHER=x", "NAME=last"])
      defer { close(pod.output) }
      #expect(try Await.output(of: pod.output) == "OTHER=x\nNAME=last\n")
    }
  }

  @Test func `standard error comes through the same pipe`() throws {
    try withGroup { group in
      let pod = try shell("echo out; echo err >&2", in: group)
      defer { close(pod.output) }
      #expect(try Await.output(of: pod.output) == "out\nerr\n")
    }
  }

  @Test func `standard error may have a pipe of its own`() throws {
    try withGroup { group in
      let pod = try group.start(
        "/bin/sh", ["-c", "echo out; echo err >&2"], environment: [], separatesErrors: true)
      let errors = try #require(pod.errors)
      defer { for descriptor in [pod.output, errors] { close(descriptor) } }
      #expect(try Await.output(of: pod.output) == "out\n")
      #expect(try Await.output(of: errors) == "err\n")
    }
  }

  @Test func `a pod inherits no descriptor, not even one that is not close-on-exec`() throws {
    var leak: [Int32] = [-1, -1]
    try #require(pipe(&leak) == 0)
    defer { for end in leak { close(end) } }
    try withGroup { group in
      let pod = try group.start("/bin/sleep", ["1000"], environment: [])
      defer { close(pod.output) }
      // The program is there once the trampoline has closed what it closes: its own path shows
      // when.
      let shell = try shell(
        """
        while [ \"$(readlink /proc/\(pod.pid)/exe)\" != \"$(readlink -f /bin/sleep)\" ]; do :; \
        done; ls /proc/\(pod.pid)/fd
        """,
        in: group)
      defer { close(shell.output) }
      #expect(try Await.output(of: shell.output) == "0\n1\n2\n")
    }
  }

  @Test func `pods are in the watcher's group, not in the harness's`() throws {
    try withGroup { group in
      let pod = try shell("cut -d ' ' -f 5 /proc/self/stat", in: group)
      defer { close(pod.output) }
      let line = try Await.output(of: pod.output)
      #expect(Int32(line.split(separator: "\n").first ?? "") != getpgrp())
    }
  }

  @Test func `the end of a group kills all, those that ignore SIGTERM and their children too`()
    throws
  {
    let group = try PodGroup(harness: BuiltHarness.path)
    let pods = try (0..<5).map { _ in try shell("sleep 1000 & echo up; wait", in: group) }
    defer { for pod in pods { close(pod.output) } }
    for pod in pods { _ = try Await.output(of: pod.output, until: "up") }
    #expect(group.end())
    #expect(group.takeExits().map(\.code) == [137, 137, 137, 137, 137])
    // Their children held the pipe as well: its end shows that they are gone.
    for pod in pods { #expect(try Await.output(of: pod.output).isEmpty) }
  }

  @Test func `a signal to a pod that has ended goes nowhere`() throws {
    try withGroup { group in
      let pod = try shell("exit 0", in: group)
      defer { close(pod.output) }
      _ = try Await.exits(1, of: group)
      pod.send(SIGKILL)
    }
  }

  @Test func `65 pods start and end together`() throws {
    try withGroup { group in
      let pods = try (0..<65).map { _ in try group.start("/bin/sleep", ["1000"], environment: []) }
      defer { for pod in pods { close(pod.output) } }
      for pod in pods { pod.send(SIGKILL) }
      let exits = try Await.exits(65, of: group)
      #expect(Set(exits.map(\.pid)) == Set(pods.map(\.pid)))
      #expect(exits.allSatisfy { $0.code == 137 })
    }
  }

  @Test func `other children of the process are left to what started them`() throws {
    try withGroup { group in
      let other = try Launch(arguments: ["/bin/sh", "-c", "exit 9"], group: 0).spawn()
      let pod = try shell("exit 1", in: group)
      defer { close(pod.output) }
      #expect(try Await.exits(1, of: group).map(\.pid) == [pod.pid])
      var status: Int32 = 0
      #expect(waitpid(other, &status, 0) == other)
      #expect(WaitStatus.code(status) == 9)
    }
  }
}
