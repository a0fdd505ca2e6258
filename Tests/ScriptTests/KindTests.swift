import Testing

@testable import TestSupport

/// A cluster on this machine, made and thrown away.
@Suite(.timeLimit(.minutes(4))) struct KindTests {
  private func machine(_ answers: String...) throws -> Sandbox {
    let sandbox = try Sandbox(programs: ["docker", "kind"])
    try sandbox.write(answers.map { "\($0)\n" }.joined(), to: "standin/answers")
    return sandbox
  }

  @Test func `it is made once`() async throws {
    let sandbox = try machine("1|kind get clusters|0|other", "*|kind get clusters|0|other\\ncalc")
    let first = try await sandbox.make("kind-create")
    #expect(first.code == 0, "\(first.text)")
    #expect(first.lines.first?.hasPrefix("makes cluster calc of three nodes") == true)
    #expect(
      try sandbox.calls(
        "kind create cluster --name calc --config \(Sandbox.repository)/k8s/kind.yaml"
      )
      .count == 1)
    let second = try await sandbox.make("kind-create")
    #expect(second.lines == ["cluster calc is there already; kubectl's context becomes kind-calc"])
    #expect(try sandbox.calls("kind create").count == 1)
  }

  @Test func `a port that is taken is named, and what was half made goes`() async throws {
    let sandbox = try machine(
      "*|kind create*|1|ERROR: failed to create cluster: Bind for 0.0.0.0:8080 failed: port is "
        + "already allocated"
    )
    let run = try await sandbox.make("kind-create")
    #expect(run.code == 2)
    #expect(
      run.lines.last?.hasPrefix("port 8080 or 8443 of this machine is taken") == true, "\(run.text)"
    )
    #expect(try sandbox.calls("kind delete cluster --name calc").count == 1)
  }

  @Test(arguments: ["kind-create", "kind-load", "kind-delete"])
  func `without an engine the line says to start it`(target: String) async throws {
    let sandbox = try machine("*|docker info|1|Cannot connect to the Docker daemon")
    let run = try await sandbox.make(target)
    #expect(run.code == 2)
    #expect(
      run.lines == ["no Docker engine answers: start Docker, then run the same command again"])
  }

  @Test func `images are loaded into a cluster that exists only`() async throws {
    let run = try await machine("*|kind get clusters|0|other").make("kind-load")
    #expect(run.code == 2)
    #expect(run.lines == ["no cluster calc: make kind-create makes it"])
  }

  @Test(.needs(.kubectl))
  func `all images of all parts are loaded; those of others are pulled where they are missing`()
    async throws
  {
    let sandbox = try machine(
      "*|kind get clusters|0|calc", "*|docker image inspect haproxy:*|1|No such image",
      "*|docker version *|0|arm64")
    let run = try await sandbox.make("kind-load")
    #expect(run.code == 0, "\(run.text)")
    let saved = try sandbox.calls("docker save --platform linux/arm64").compactMap {
      $0.split(separator: " ").last.map(String.init)
    }
    #expect(saved.first == "calc:0.1.0")
    #expect(
      saved.dropFirst().map { $0.split(separator: ":").first } == [
        "haproxy", "influxdb", "grafana/k6",
      ])
    #expect(
      try sandbox.calls("docker pull").count == 1
        && sandbox.calls("docker pull --quiet haproxy:").count == 1)
    #expect(try sandbox.calls("kind load image-archive").count == 4)
  }

  @Test(.needs(.kubectl)) func `an image for another processor than the nodes' is not loaded`()
    async throws
  {
    let sandbox = try machine(
      "*|kind get clusters|0|calc", "*|docker version *|0|arm64",
      "*|docker image inspect --format *calc:0.1.0|0|amd64")
    let run = try await sandbox.make("kind-load")
    #expect(run.code == 2)
    #expect(
      run.lines.last
        == "calc:0.1.0 is for linux/amd64, and the nodes of kind are linux/arm64: make "
        + "docker-build platform=linux/arm64", "\(run.text)")
    #expect(try sandbox.calls("kind load").isEmpty)
  }

  @Test(.needs(.kubectl)) func `an image that was not built is told`() async throws {
    let sandbox = try machine(
      "*|kind get clusters|0|calc", "*|docker image inspect calc:*|1|No such image")
    let run = try await sandbox.make("kind-load")
    #expect(run.code == 2)
    #expect(
      run.lines.last == "calc:0.1.0 is not on this machine: make docker-build builds it",
      "\(run.text)")
  }

  @Test func `it is deleted, and deleted again`() async throws {
    let sandbox = try machine("1|kind get clusters|0|calc")
    #expect(
      try await sandbox.make("kind-delete").lines == ["deletes cluster calc and all that is in it"])
    #expect(try await sandbox.make("kind-delete").lines == ["there is no cluster calc"])
    #expect(try sandbox.calls("kind delete").count == 1)
  }

  @Test(.needs(.kubectl))
  func `a Docker whose save knows no platform still loads, and writes to no file of its own`()
    async throws
  {
    // Docker 27 and before.
    let sandbox = try machine(
      "*|kind get clusters|0|calc", "*|docker version *|0|amd64",
      "*|docker save --platform*|125|unknown flag: --platform")
    let run = try await sandbox.make("kind-load")
    #expect(run.code == 0, "\(run.text)")
    #expect(try sandbox.calls("kind load image-archive").count == 4)
    #expect(try sandbox.calls("docker save").allSatisfy { !$0.contains(" -o ") })
  }

  @Test(.needs(.kubectl)) func `an image that cannot be saved or loaded is told with its cause`()
    async throws
  {
    let saved = try machine(
      "*|kind get clusters|0|calc", "*|docker version *|0|amd64",
      "*|docker save *|1|Error response from daemon: image calc:0.1.0 does not provide linux/amd64")
    let save = try await saved.make("kind-load")
    #expect(
      save.lines.last
        == "calc:0.1.0 cannot be saved for linux/amd64: Error response from daemon: image "
        + "calc:0.1.0 does not provide linux/amd64", "\(save.text)")
    let loaded = try machine(
      "*|kind get clusters|0|calc", "*|docker version *|0|amd64",
      #"*|kind load image-archive*|1|ERROR: no nodes found for cluster "calc""#)
    let load = try await loaded.make("kind-load")
    #expect(
      load.lines.last
        == #"calc:0.1.0 does not get onto the nodes: ERROR: no nodes found for cluster "calc""#,
      "\(load.text)")
  }
}
