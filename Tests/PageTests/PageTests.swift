import Testing

@testable import TestSupport

/// What the pages name is there: files, headings, commands and knobs.
@Suite(.timeLimit(.minutes(4))) struct PageTests {
  static let pages = ["README.md"] + Repository.files(below: "docs").filter { $0.hasSuffix(".md") }

  /// The executables are asked once.
  private static let check = Task {
    let makefile = try Repository.lines("Makefile")
    let targets = try await MakeTargets(makefile: makefile) { program, target in
      let subcommand =
        program != "Rehearsal" ? [target] : target == "drain-check" ? ["check"] : []
      let words = subcommand + ["help=1"]
      let run = try await HarnessRun.run(words, of: program)
      try #require(run.code == 0, "\(program) \(words): \(run.output)")
      return run.lines
    }
    return try PageCheck(targets: targets)
  }

  private func problems(_ text: String, at path: String = "docs/fixture.md") async throws
    -> [String]
  {
    try await Self.check.value.problems(of: Page(text), at: path)
  }

  @Test func `the pages are where a reader looks for them`() {
    for page in ["architecture", "cluster", "rehearsal", "stage"] {
      #expect(Self.pages.contains("docs/\(page).md"))
    }
  }

  @Test(arguments: pages)
  func `all that a page names is there`(page: String) async throws {
    let problems = try await problems(Repository.text(page), at: page)
    #expect(problems == [], "\(problems)")
  }

  @Test func `the page of the rehearsal lists every knob that its help lists`() async throws {
    let page = try Repository.text("docs/rehearsal.md")
    let knobs = try #require(try await Self.check.value.targets.knobs["rehearse"])
    #expect(knobs.isSuperset(of: ["rows", "lag", "influx-fault"]))
    #expect(knobs.filter { !page.contains("`\($0)=") && $0 != "help" } == [])
  }

  /// Docker's containerd image store saves platforms that are not there, which ctr cannot import.
  @Test func `an image is saved by its platform where containerd imports it`() throws {
    var imports: [String] = []
    for page in Self.pages {
      imports += try Repository.lines(page).filter { $0.contains("images import") }
    }
    #expect(imports.count == 1)
    #expect(imports.allSatisfy { $0.contains("docker save --platform linux/") })
  }

  @Test func `the first page has at most 130 lines`() throws {
    #expect(try Repository.lines("README.md").count <= 130)
  }

  @Test func `both commands stand on the first screen`() throws {
    let screen = try Repository.lines("README.md").prefix(25)
    for command in ["make rehearse", "make test"] {
      #expect(screen.contains { $0.hasPrefix("    \(command) ") })
    }
  }

  @Test(arguments: [
    ("[map](architecture.md#map) and ![paths](two-paths.svg)", []),
    ("see [the drain](../Sources/Drain.swift)", ["1: ../Sources/Drain.swift does not exist"]),
    ("# One\n\n[one](#one) [two](#two)", ["3: #two: docs/fixture.md has no such heading"]),
    ("[a](stage.md#night)", ["1: stage.md#night: docs/stage.md has no such heading"]),
    ("![of two\nlines](none.svg)", ["1: none.svg does not exist"]),
    ("[out](../../etc/passwd)", ["1: ../../etc/passwd leads out of the repository"]),
    ("[a][b] and [c][d]\n\n[b]: none.md", ["1: [d] is not defined", "3: none.md does not exist"]),
    ("[k6](https://k6.io/docs) [k](https:/k6.io)", ["1: https:/k6.io is not a URL"]),
    ("<img src=\"none.png\">", ["1: none.png does not exist"]),
    ("`[no](link)`\n\n    [no](link)\n\n```\n[no](link)\n```", []),
    ("`Sources/Shared/None.swift`", ["1: Sources/Shared/None.swift does not exist"]),
    ("`Shared/HTTP` `results/rehearsal` `main.swift`", []),
    ("`none.swift`", ["1: there is no file none.swift"]),
    ("    cat k8s/v9/deployment.yaml", ["1: k8s/v9/deployment.yaml does not exist"]),
    (String(repeating: "x", count: 101), ["1: 101 columns"]),
  ])
  func `a link or a file that is not there is found`(text: String, expected: [String]) async throws
  {
    #expect(try await problems(text) == expected.map { "docs/fixture.md:\($0)" })
  }

  @Test(arguments: [
    ("    make rehearse rows=\"3 4\" lag=50ms  # lug=1", []),
    ("    make reherse v=4", ["1: make has no target reherse"]),
    ("    make rehearse colour=red", ["1: make rehearse has no knob colour="]),
    ("    make k8s-compare lag=1s", ["1: make k8s-compare has no knob lag="]),
    ("    make k8s-scale n=5; make k8s-scale m=5", ["1: make k8s-scale has no knob m="]),
    ("    watch -n 3 make influxdb-cuont", ["1: make has no target influxdb-cuont"]),
    ("`make k8s-deploy v=6 graceful=1 tag=7 ns=x`", []),
    ("`make\nk8s-dploy v=1`", ["1: make has no target k8s-dploy"]),
    ("`lag=` and `lagg=1s`", ["1: no command has a knob lagg="]),
    ("`LISTEN_PORT` `LISTEN_POTR`", ["1: nothing reads LISTEN_POTR"]),
  ])
  func `a command or a knob that is not there is found`(text: String, expected: [String])
    async throws
  {
    #expect(try await problems(text) == expected.map { "docs/fixture.md:\($0)" })
  }
}
