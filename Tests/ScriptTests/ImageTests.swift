import Libc
import Shared
import Synchronization
import Testing

@testable import Comparison
@testable import Rehearsal
@testable import TestSupport

/// The image: built, pushed under as many tags as there are deploys to show, and run on this
/// machine.
@Suite(.timeLimit(.minutes(6))) struct ImageTests {
  @Test func `what is built is remembered, and what is deployed`() async throws {
    let sandbox = try Sandbox(programs: ["docker"])
    let run = try await sandbox.make(
      "docker-build", "tag=7", "image=localhost:5000/calc", "platform=linux/amd64")
    #expect(run.code == 0, "\(run.text)")
    #expect(
      run.lines.first == "builds image localhost:5000/calc:7 with all seven steps for linux/amd64")
    #expect(
      try sandbox.calls(
        "docker build --platform linux/amd64 --tag localhost:5000/calc:7 \(Sandbox.repository)"
      ).count == 1)
    #expect(sandbox.state("image") == "localhost:5000/calc:7")
    #expect(try await sandbox.make("docker-build").code == 0)
    #expect(sandbox.state("image")?.hasPrefix("localhost:5000/calc:") == true)
    #expect(sandbox.state("image") != "localhost:5000/calc:7", "the tag names the commit")
  }

  @Test func `one tag after the other is built for the same machines`() async throws {
    let sandbox = try Sandbox(programs: ["docker"])
    try sandbox.answers("*|docker version *|0|arm64")
    #expect(try await sandbox.make("docker-build", "tag=1", "platform=linux/amd64").code == 0)
    let run = try await sandbox.make("docker-build", "tag=2")
    #expect(run.lines.first == "builds image calc:2 with all seven steps for linux/amd64")
    #expect(
      run.lines.contains {
        $0.hasPrefix(
          "  this machine is linux/arm64, and under emulation the Swift compiler may crash")
      }, "\(run.text)")
    #expect(try sandbox.calls("docker build --platform linux/amd64 --tag calc:2").count == 1)
    let own = try await sandbox.make("docker-build", "tag=3", "platform=linux/arm64")
    #expect(!own.text.contains("emulation"))
    #expect(sandbox.state("platform") == "linux/arm64")
  }

  @Test func `a compiler that crashes under emulation is told, with another machine for it`()
    async throws
  {
    let sandbox = try Sandbox(programs: ["docker"])
    try sandbox.answers("*|docker version *|0|arm64", "*|docker build*|1|qemu: uncaught signal 11")
    let run = try await sandbox.make("docker-build", "tag=1", "platform=linux/amd64")
    #expect(run.code == 2)
    #expect(
      run.lines.last?.hasSuffix("make do-docker-build builds on the load-test machine") == true,
      "\(run.text)")
    #expect(sandbox.state("platform") == nil, "what is not built is not remembered")
  }

  @Test(arguments: ["/home/jane", nil])
  func `Docker from snap that cannot read the sources is told as such`(home: String?) async throws {
    let sandbox = try Sandbox()
    let settings = try sandbox.dockerFromSnap(home: home)
    let run = try await sandbox.make("docker-build", "tag=1", settings: settings)
    #expect(run.code == (home == nil ? 0 : 2), "\(run.text)")
    #expect(try sandbox.calls("docker build").isEmpty == (home != nil))
    if let home {
      #expect(
        run.lines == [
          "Docker from snap cannot read \(Sandbox.repository): a clone in \(home), in no hidden "
            + "folder, or Docker's own package builds the image"
        ], "\(run.text)")
    }
  }

  @Test func `what is not built is not remembered`() async throws {
    let sandbox = try Sandbox(programs: ["docker"])
    try sandbox.answers("*|docker build*|1|error: no such module")
    let run = try await sandbox.make("docker-build", "tag=7")
    #expect(run.code == 2)
    #expect(run.lines.last == "image calc:7 was not built: the reason stands above")
    #expect(sandbox.state("image") == "calc:0.1.0")
  }

  @Test func `the same code is pushed under two tags`() async throws {
    let sandbox = try Sandbox(programs: ["docker"])
    for tag in ["0.1.0", "0.2.0"] {
      let run = try await sandbox.make(
        "docker-push-image", "tag=\(tag)", "image=registry.example.com/me/calc")
      #expect(run.code == 0, "\(run.text)")
      #expect(
        try sandbox.calls("docker push registry.example.com/me/calc:\(tag)", since: run).count == 1)
      #expect(sandbox.state("image") == "registry.example.com/me/calc:\(tag)")
    }
    #expect(try sandbox.calls("docker build").isEmpty)
  }

  @Test(arguments: [
    (
      "docker-push-image",
      "tag= is missing: the tag to push it under, as in make docker-push-image tag=0.1.0"
    ),
    ("docker-push-image tag=latest", "tag=latest is no version"),
    ("docker-push-image tag=0.1.0", "image calc names no registry"),
    (
      "docker-push-image tag=0.1.0 image=me/calc:2",
      "image=me/calc:2 has a tag: the name is image=me/calc, the tag is tag=2"
    ),
    ("docker-build tag=a/b", "tag=a/b is no image tag"),
    ("docker-local-server v=0.1.0", "v= is a step, 1 to 7; an image tag is tag=0.1.0"),
    ("docker-local-server v=4 graceful=1", "graceful=1 is for steps 6 and 7"),
  ])
  func `a wrong argument is told, and nothing is done`(words: String, expected: String) async throws
  {
    let sandbox = try Sandbox(programs: ["docker"])
    let run = try await sandbox.make(words.split(separator: " ").map(String.init))
    #expect(run.code == 2)
    #expect(run.lines.count == 1 && run.text.contains(expected), "\(run.text)")
    #expect(try sandbox.calls().isEmpty)
  }

  @Test func `a registry that refuses is quoted`() async throws {
    let sandbox = try Sandbox(programs: ["docker"])
    try sandbox.answers("*|docker push*|1|denied: requested access to the resource is denied")
    let run = try await sandbox.make("docker-push-image", "tag=0.1.0", "image=me/calc")
    #expect(run.code == 2)
    #expect(
      run.lines.last
        == "me/calc:0.1.0 was not pushed: denied: requested access to the resource is denied")
    #expect(sandbox.state("image") == "calc:0.1.0")
  }

  @Test(arguments: [
    "docker-build", "docker-push-image tag=1 image=me/calc", "docker-local-server v=4",
  ])
  func `without an engine the line says to start it`(words: String) async throws {
    let sandbox = try Sandbox(programs: ["docker"])
    try sandbox.answers("*|docker info|1|Cannot connect to the Docker daemon")
    let run = try await sandbox.make(words.split(separator: " ").map(String.init))
    #expect(run.code == 2)
    #expect(
      run.lines == ["no Docker engine answers: start Docker, then run the same command again"])
  }

  @Test(.needs(.kubectl, .openssl))
  func `a deploy takes what was built last, or what is given, and without either it says so`()
    async throws
  {
    let sandbox = try Sandbox()
    #expect(try await sandbox.make("k8s-deploy", "v=4").code == 0)
    #expect(sandbox.overlay("v4").contains("newName: \"calc\"\n    newTag: \"0.1.0\""))
    #expect(try await sandbox.make("k8s-deploy", "v=4", "tag=0.2.0", "image=me/calc").code == 0)
    #expect(sandbox.overlay("v4").contains("newName: \"me/calc\"\n    newTag: \"0.2.0\""))
    let latest = try await sandbox.make("k8s-deploy", "v=4", "tag=latest")
    #expect(
      latest.code == 2
        && latest.lines.last == "tag=latest is no version: a deploy has to change the tag",
      "\(latest.text)")
    try FileManager.default.removeItem(atPath: "\(sandbox.folder)/state/image")
    let none = try await sandbox.make("k8s-deploy", "v=4")
    #expect(
      none.code == 2
        && none.lines.last?.hasPrefix("no image was built yet: make docker-build builds one")
          == true,
      "\(none.text)")
    // One that was imported by hand is named once.
    #expect(try await sandbox.make("k8s-deploy", "v=4", "image=calc", "tag=7").code == 0)
    #expect(sandbox.state("image") == "calc:7")
  }

  @Test(arguments: [
    ("v=1", "kill calc"), ("v=2", "kill calc"), ("v=4", "kill --signal INT calc"),
    ("v=7 graceful=1", "kill --signal INT calc"),
  ])
  func `Ctrl-C ends a step in a container, as PID 1 too`(words: String, kill expected: String)
    async throws
  {
    let sandbox = try Sandbox(programs: ["docker"])
    let program = "\(sandbox.folder)/programs/docker"
    try FileManager.default.removeItem(atPath: program)
    try FileManager.default.createSymbolicLink(
      atPath: program, withDestinationPath: "\(Sandbox.standIns)/engine")
    let isInterrupted = Atomic(false)
    let run = try await sandbox.make(
      ["docker-local-server"] + words.split(separator: " ").map(String.init)
    ) { text, group in
      if text.contains("msg=listening"), !isInterrupted.exchange(true, ordering: .relaxed) {
        kill(-group, SIGINT)
      }
    }
    #expect(
      run.lines.last?.hasPrefix("step \(words.dropFirst(2).prefix(1)) has ended with status")
        == true, "\(run.text)")
    #expect(try sandbox.calls("docker \(expected)").count == 1)
    #expect(try sandbox.calls().last == "docker rm --force calc-local-4000", "no container is left")
    let started = try #require(try sandbox.calls("docker run").first)
    #expect(
      started.hasSuffix(
        "calc:0.1.0 /app/CalcV\(words.dropFirst(2).prefix(1))"
          + (words.contains("graceful") ? " --graceful" : "")))
    #expect(started.contains("--read-only --cap-drop ALL"))
  }

  @Test(arguments: [
    (
      "v=6", ["*|docker container inspect *calc-influxdb-8086|0|true"],
      "operations go to http://calc-influxdb-8086:8086"
    ),
    (
      "v=6", ["*|docker container inspect *|1|Error: No such object"],
      "operations go to http://host.docker.internal:8086"
    ),
    ("v=7 INFLUXDB_BASE_URL=http://db:1", [], "operations go to http://db:1"), ("v=4", [], nil),
  ])
  func `a step in a container reaches the InfluxDB of influxdb-local by its name`(
    words: String, answers: [String], line: String?
  ) async throws {
    let sandbox = try Sandbox(programs: ["docker"])
    try sandbox.write(
      (answers + ["*|docker network inspect calc|1|Error", "*|docker wait *|0|0"])
        .map { "\($0)\n" }.joined(), to: "standin/answers")
    let run = try await sandbox.make(
      ["docker-local-server"] + words.split(separator: " ").map(String.init))
    #expect(run.code == 0, "\(run.text)")
    #expect(run.lines.first { $0.hasPrefix("operations go") } == line, "\(run.text)")
    #expect(try sandbox.calls("docker network create calc").count == 1)
    let started = try #require(try sandbox.calls("docker run").first)
    #expect(started.contains("--network calc "))
    if let line {
      #expect(started.contains("INFLUXDB_BASE_URL=\(line.split(separator: " ")[3]) "))
    }
  }

  /// One that nothing listens at, with little luck needed.
  private static func freePort() -> Int { Int.random(in: 20_000..<30_000) }

  @Test(.needs(.curl)) func `InfluxDB in Docker is in the network of the steps`() async throws {
    let sandbox = try Sandbox(programs: ["docker"])
    // It ends at once.
    let run = try await sandbox.make("influxdb-local", "url=http://localhost:\(Self.freePort())")
    #expect(run.code == 2)
    #expect(try sandbox.calls("docker run").first?.contains("--network calc ") == true)
  }
}

extension Sandbox {
  /// What was written for kustomize to render.
  fileprivate func overlay(_ part: String) -> String {
    text("state/overlay/\(part)/kustomization.yaml") ?? ""
  }
}
