import Shared
import Testing

@testable import Cluster
@testable import Comparison

@Suite(.timeLimit(.minutes(4))) struct CommandTests {
  private func shell(_ script: String, input: String = "") -> Command {
    Command(
      arguments: ["/bin/sh", "-c", script], environment: ["PATH=/usr/bin:/bin"],
      input: Array(input.utf8))
  }

  @Test func `output, errors and status are told apart`() async throws {
    let outcome = try await shell(
      "cat; echo 'first' >&2; echo '  last ' >&2; exit 3", input: "given"
    ).run(within: .seconds(20))
    #expect(outcome.code == 3 && !outcome.isLate)
    #expect(outcome.output == Array("given".utf8))
    #expect(outcome.complaint == "last ")
  }

  @Test func `a large input blocks neither side`() async throws {
    let input = String(repeating: "0123456789abcdef", count: 20_000)
    #expect(
      try await shell("wc -c", input: input).run(within: .seconds(20)).output.contains(
        UInt8(ascii: "3")))
  }

  @Test func `lines come one by one, the last one without its newline too`() async throws {
    let lines = Lock<[String]>([])
    let outcome = try await shell("printf 'one\\ntwo\\n\\nthree'").run(within: .seconds(20)) {
      line in lines.withLock { $0.append(line) }
    }
    #expect(lines.withLock(\.self) == ["one", "two", "", "three"])
    #expect(outcome.output.isEmpty)
  }

  @Test func `what takes too long is ended, with all that it started`() async throws {
    let outcome = try await shell("trap '' TERM; sleep 600 & wait").run(within: .milliseconds(200))
    #expect(outcome.isLate && outcome.code == 137)
  }

  @Test func `a cancelled task ends its program`() async throws {
    let began = MonotonicTime.now
    let command = shell("echo up; sleep 600")
    let (up, isUp) = AsyncStream<Void>.makeStream()
    let work = Task { try await command.run(within: .seconds(60)) { _ in isUp.yield() } }
    for await _ in up { break }
    work.cancel()
    let outcome = try await work.value
    #expect(outcome.code == 143 && !outcome.isLate)
    #expect(MonotonicTime.now - began < .seconds(30))
  }

  @Test func `many at once do not hold each other's pipes open`() async throws {
    try await withThrowingTaskGroup { group in
      for number in 0..<24 {
        group.addTask {
          try await shell(number % 2 == 0 ? "sleep 0.3" : "echo \(number)").run(
            within: .seconds(20))
        }
      }
      for try await outcome in group { #expect(outcome.code == 0 && !outcome.isLate) }
    }
  }

  @Test func `a program that is not there is refused`() async {
    let refusal = await #expect(throws: CommandError.self) {
      try await Command(arguments: ["/nowhere/kubectl"], environment: []).run(within: .seconds(1))
    }
    #expect(refusal?.message.contains("/nowhere/kubectl") == true)
  }

  @Test func `without kubectl or a context the line says where they are had`() async throws {
    let none = await #expect(throws: CommandError.self) {
      try await Kubectl(environment: ["PATH=/nowhere"], namespace: nil)
    }
    #expect(none?.message == "kubectl is missing: https://kubernetes.io/docs/tasks/tools")
    let scene = try ClusterScene()
    try scene.write(["*|config current-context|error: current-context is not set"], to: "trouble")
    let refusal = await #expect(throws: CommandError.self) {
      try await Kubectl(environment: scene.environment, namespace: nil)
    }
    #expect(
      refusal?.message.hasPrefix(
        "no cluster: kubectl has no current context; make kind-create makes one") == true)
  }
}
