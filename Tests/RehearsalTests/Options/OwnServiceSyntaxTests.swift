import Testing

@testable import Comparison
@testable import Rehearsal

struct OwnServiceSyntaxTests {
  private func parse(_ words: String...) throws -> OwnService {
    let all = ["deployment=web.yaml", "listen=HOST,PORT"].filter { word in
      !words.contains { $0.hasPrefix(word.prefix { $0 != "=" }) }
    }
    return try #require(try Options.parse(all + words, executables: "bin").own)
  }

  private func refusal(_ words: [String]) -> String? {
    do {
      _ = try Options.parse(words, executables: "bin")
      return nil
    } catch {
      #expect(error.status == .usage)
      #expect(!error.message.contains("\n"))
      return error.message
    }
  }

  @Test func `without more words everything has its default`() throws {
    let own = try parse()
    #expect((own.deployment, own.run, own.port) == ("web.yaml", nil, nil))
    #expect(own.listening == .init(host: "HOST", port: "PORT"))
    #expect((own.method, own.target, own.body) == ("GET", "/", ""))
    #expect(own.accepted == AcceptedStatuses() && own.headers.isEmpty && own.environment.isEmpty)
    let options = try Options.parse(
      ["deployment=-", "listen=PORT", "clients=8", "phases=deploy"], executables: "bin")
    #expect(options.rows.isEmpty && options.clients == 8 && options.phases == [.deploy])
    #expect(options.own?.file == "standard input")
    #expect(options.own?.listening == .init(host: nil, port: "PORT"))
  }

  @Test func `words are read as they were meant`() throws {
    let own = try parse(
      "run=node 'my server.js' --x=\"1 2\"", #"request=POST /orders?x=1 {"n":1, "t":"a b"}"#,
      "ok=200,201", #"env=A=1 B="x y" C="#, "port=80", "name=web", "container=c",
      #"headers="Authorization: Bearer x" Accept:*/*"#)
    #expect(own.run == ["node", "my server.js", "--x=1 2"])
    #expect((own.method, own.target, own.body) == ("POST", "/orders?x=1", #"{"n":1, "t":"a b"}"#))
    #expect([200, 201].allSatisfy(own.accepted.contains) && !own.accepted.contains(204))
    #expect(own.environment == ["A": "1", "B": "x y", "C": ""])
    #expect((own.port, own.name, own.container) == (80, "web", "c"))
    #expect(
      own.headers == [
        .init(name: "Authorization", value: "Bearer x"), .init(name: "Accept", value: "*/*"),
      ])
    #expect(try parse("ok=2xx").accepted.contains(204))
    #expect(try parse("try=prestop:0..3").trial == .init(setting: .prestop, values: [0, 1, 2, 3]))
    #expect(try parse("try=grace:9,5").trial == .init(setting: .grace, values: [5, 9]))
  }

  @Test(arguments: [
    (["deployment="], "deployment=: deployment= takes a file, or - for standard input"),
    (
      ["deployment=a"],
      "listen= is missing: the variables that tell the service where to listen, "
        + "as in listen=HOST,PORT; listen=PORT for one that takes no address"
    ),
    (["deployment=a", "listen=A,A"], "listen=A,A: address and port need a variable each"),
    (
      ["deployment=a", "listen=8080"],
      "listen=8080: listen= takes one or two names of variables: HOST,PORT or PORT"
    ),
    (
      ["deployment=a", "listen=A,B,C"],
      "listen=A,B,C: listen= takes one or two names of variables: HOST,PORT or PORT"
    ),
    (["deployment=a", "run='x"], "run='x: run= takes a command, quotes as in a shell"),
    (["deployment=a", "run="], "run=: run= takes a command, quotes as in a shell"),
    (
      ["deployment=a", "request=/x"],
      "request=/x: request= takes a method, a path and perhaps a body, as in "
        + #"'POST /orders {"n":1}'"#
    ),
    (
      ["deployment=a", "request=GET http://x/"],
      "request=GET http://x/: request= takes a method, a path and perhaps a body, as in "
        + #"'POST /orders {"n":1}'"#
    ),
    (["deployment=a", "ok=yes"], "ok=yes: ok= takes statuses, 100 to 599, or 2xx"),
    (["deployment=a", "ok=99"], "ok=99: ok= takes statuses, 100 to 599, or 2xx"),
    (
      ["deployment=a", "env=A"],
      "env=A: env= takes words of the form NAME=value, quotes as in a shell"
    ),
    (
      ["deployment=a", "env=A=1 A=2"],
      "env=A=1 A=2: env= takes words of the form NAME=value, quotes as in a shell"
    ),
    (
      ["deployment=a", "headers=x"],
      "headers=x: headers= takes fields, each in quotes, as in "
        + #"'"Accept: text/html" "X-Team: a"'"#
    ),
    (["deployment=a", "port=0"], "port=0: port= takes a port, 1 to 65535"),
    (
      ["deployment=a", "try=prestop"],
      "try=prestop: try= takes prestop or grace with values: prestop:0..10 or prestop:0,2,5"
    ),
    (
      ["deployment=a", "try=prestop:9..1"],
      "try=prestop:9..1: try= takes prestop or grace with values: prestop:0..10 or prestop:0,2,5"
    ),
    (
      ["deployment=a", "listen=PORT", "try=prestop:0..1", "prestop=1"],
      "try= and prestop= contradict each other; give one of them"
    ),
    (
      ["deployment=a", "listen=PORT", "try=prestop:0..1", "page=1"],
      "try= is many runs: page= goes without it"
    ),
    (
      ["deployment=a", "listen=PORT", "try=grace:5", "junit=a.xml"],
      "try= is many runs: junit= goes without it"
    ),
    (
      ["deployment=a", "listen=PORT", "try=prestop:0..3", "phases=steady scale-up"],
      "try= needs a phase that deletes pods, deploy or scale-down, which phases= leaves out"
    ),
    (["run=x"], "run= goes with deployment=, the manifest of a service of your own"),
    (
      ["v=4", "listen=PORT"],
      "listen= goes with deployment=, the manifest of a service of your own"
    ),
  ]) func `what is wrong is refused with one line`(words: [String], message: String) {
    #expect(refusal(words) == message)
  }

  @Test func `knobs of the rows do not go with a service of one's own`() {
    for word in ["v=4", "rows=3", "influx=http://x", "manifests=k8s", "executables=bin"] {
      let message = refusal(["deployment=a", "listen=PORT", word])
      #expect(
        message?.hasPrefix(
          "rehearse deployment=FILE takes no \(word.prefix { $0 != "=" })=; it takes deployment=")
          == true, "\(message ?? "")")
    }
  }
}
