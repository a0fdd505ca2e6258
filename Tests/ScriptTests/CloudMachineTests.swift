import Testing

@testable import TestSupport

/// The machine outside the cluster, which loads it and builds its image.
@Suite(.timeLimit(.minutes(5))) struct CloudMachineTests {
  @Test func `the load test's machine is made once, and k6 on it is tried until it is there`()
    async throws
  {
    let sandbox = try Cloud.sandbox(
      "*|doctl compute ssh-key import*|0|11", "*|doctl compute droplet create*|0|22",
      "1|doctl compute droplet get 22*|0|",
      "*|doctl compute droplet get 22*|0|198.51.100.9",
      "2|ssh *198.51.100.9 true|255|Connection refused",
      "2|ssh *bash -s|100|E: Could not get lock")
    for _ in 0..<2 {
      let run = try await sandbox.make("do-create-load-test-vm")
      #expect(run.code == 0, "\(run.text)")
    }
    #expect(
      try sandbox.calls("doctl compute droplet create calc-load-test --region fra1").count == 1)
    #expect(try sandbox.calls("doctl compute ssh-key import").count == 1)
    #expect(try sandbox.calls("bash -s").count == 4)
  }

  @Test func `a machine that does not let k6 in ends in what it said`() async throws {
    let sandbox = try Cloud.sandbox(
      "*|doctl compute ssh-key import*|0|11", "*|doctl compute droplet create*|0|22",
      "*|doctl compute droplet get 22*|0|198.51.100.9",
      "*|ssh *bash -s|100|E: Unable to locate package k6")
    let run = try await sandbox.make("do-create-load-test-vm", settings: ["INSTALL_TIMEOUT": "0"])
    #expect(run.code == 2)
    #expect(
      run.lines.last
        == "k6 could not be installed: E: Unable to locate package k6; the same command tries "
        + "again",
      "\(run.text)")
  }

  @Test func `the load's machine gets the k6 of the load in the cluster`() async throws {
    let sandbox = try Cloud.sandbox(
      "*|doctl compute ssh-key import*|0|11", "*|doctl compute droplet create*|0|22",
      "*|doctl compute droplet get 22*|0|198.51.100.9")
    #expect(try await sandbox.make("do-create-load-test-vm").code == 0)
    #expect(try sandbox.calls("VERSION=1.7.1 bash -s").count == 1)
  }

  @Test func `a machine that was deleted by hand is made again, with its key`() async throws {
    let sandbox = try Cloud.sandbox(
      "*|doctl compute droplet get 22*|1|\(Cloud.absent)",
      "*|doctl compute ssh-key get 11*|1|\(Cloud.absent)",
      "*|doctl compute ssh-key import*|0|12", "*|doctl compute droplet create*|0|23",
      "*|doctl compute droplet get 23*|0|198.51.100.9")
    for (name, value) in [("account", Cloud.account), ("vm", "22"), ("key", "11")] {
      try sandbox.remember(value, as: name)
    }
    try sandbox.remember("old key", as: "known-hosts")
    let run = try await sandbox.make("do-create-load-test-vm")
    #expect(run.code == 0, "\(run.text)")
    #expect(sandbox.state("do/vm") == "23" && sandbox.state("do/key") == "12")
    #expect(sandbox.state("do/known-hosts") == nil)
  }

  @Test func `the image is built by the load's machine and brought here`() async throws {
    let sandbox = try Cloud.sandbox(
      "*|doctl compute droplet get 22*|0|198.51.100.9", "*|docker version *|0|amd64")
    try sandbox.remember("22", as: "vm")
    let run = try await sandbox.make("do-docker-build", "tag=5")
    #expect(run.code == 0, "\(run.text)")
    #expect(try sandbox.calls("ssh ").contains { $0.contains("-N -L ") })
    let calls = try sandbox.calls("docker ").filter { !$0.contains("ssh ") }
    let order = ["build --platform linux/amd64 --tag calc:5", "save calc:5", "load"].map { words in
      calls.firstIndex { $0.hasPrefix("docker \(words)") }
    }
    #expect(order.allSatisfy { $0 != nil } && order.compactMap(\.self).sorted() == order)
    #expect(sandbox.state("image") == "calc:5" && sandbox.state("platform") == "linux/amd64")
  }

  @Test(arguments: [true, false])
  func `Docker from snap reaches the machine's engine by a socket that it can see`(isSnap: Bool)
    async throws
  {
    let sandbox = try Cloud.sandbox(
      "*|doctl compute droplet get 22*|0|198.51.100.9", "*|docker version *|0|amd64")
    try sandbox.remember("22", as: "vm")
    let settings = isSnap ? try sandbox.dockerFromSnap() : [:]
    let run = try await sandbox.make("do-docker-build", "tag=5", settings: settings)
    #expect(run.code == 0, "\(run.text)")
    let tunnel = try #require(try sandbox.calls("-N -L ").first)
    #expect(tunnel.contains("-L \(sandbox.folder)/state/calc.") == isSnap, "\(tunnel)")
  }
}
