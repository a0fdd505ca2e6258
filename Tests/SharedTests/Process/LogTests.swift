import Libc
import Testing

@testable import Shared

@Suite struct LogTests {
  @Test func `a line holds time, level, message, fields and pod`() async throws {
    let pipe = try Pipe()
    let log = Log(level: .info, pod: "calc-1", descriptor: pipe.writing)
    log.info("listening", ["address": "[::]:4000"])
    #expect(await log.flush())
    let text = pipe.readAvailable()
    let line = try #require(
      text.wholeMatch(of: /ts=(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (.*)\n/))
    #expect(line.2 == "level=info msg=listening address=[::]:4000 pod=calc-1")
  }

  @Test(arguments: [
    ("", #""""#), ("a b", #""a b""#), ("a=b", #""a=b""#),
    (#"say "hi""#, #""say \"hi\"""#), (#"a\b"#, #""a\\b""#), ("a\nb\r\t", #""a\nb\r\t""#),
    ("\u{1}\u{7F}", #""\u0001\u007f""#), ("größe", "größe"),
    ("a\nlevel=error", #""a\nlevel=error""#),
  ])
  func `a value that is not one plain word is quoted`(value: String, expected: String) {
    var line = LogLine(.info, "x", at: WallTime(nanoseconds: 0))
    line.add("value", value)
    #expect(
      String(decoding: line.bytes, as: UTF8.self)
        == "ts=1970-01-01T00:00:00.000Z level=info msg=x value=\(expected)")
  }

  @Test func `lines below the level are neither made nor written`() async throws {
    let pipe = try Pipe()
    let log = Log(level: .warning, pod: "p", descriptor: pipe.writing)
    log.info("sum") { _ in Issue.record("a line was made that is not written") }
    log.debug("no")
    log.warning("yes")
    await log.flush()
    let text = pipe.readAvailable()
    #expect(text.contains("msg=yes") && !text.contains("msg=no"))
  }

  @Test func `a log that is off costs nothing and flushes at once`() async {
    Log.none.info("sum") { _ in Issue.record("a line was made that is not written") }
    #expect(await Log.none.flush())
  }

  @Test func `all lines of many tasks arrive whole and in each task's order`() async throws {
    let pipe = try Pipe()
    let log = Log(level: .info, pod: "p", descriptor: pipe.writing)
    let reader = pipe.onThread { $0.read(lines: 4000) }
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<4 {
        group.addTask {
          for number in 0..<1000 {
            log.info("m") { line in
              line.add("task", task)
              line.add("number", number)
            }
          }
        }
      }
    }
    #expect(await log.flush(within: .seconds(30)))
    let lines = await reader.value
    #expect(lines.count == 4000)
    for task in 0..<4 {
      let numbers = lines.filter { $0.contains(" task=\(task) ") }.compactMap {
        $0.firstMatch(of: /number=(\d+)/).flatMap { Int($0.1) }
      }
      #expect(numbers == Array(0..<1000))
    }
  }

  @Test
  func
    `without a reader lines are dropped without blocking, and counted once there is room again`()
    async throws
  {
    let pipe = try Pipe()
    let log = Log(level: .info, pod: "p", descriptor: pipe.writing, capacity: 100_000)
    let filler = String(repeating: "x", count: 1000)
    for _ in 0..<1000 { log.info(filler) }
    #expect(await !log.flush(within: .milliseconds(20)))
    // Every line is written or counted; the writer may have to say so more than once.
    let reader = pipe.onThread { pipe in
      var accounted = 0
      return pipe.read { line in
        let notice = line.firstMatch(of: /level=warning msg="log lines dropped" count=(\d+)/)
        accounted += notice.flatMap { Int($0.1) } ?? 1
        return accounted >= 1000
      }
    }
    let lines = await reader.value
    let dropped = lines.compactMap {
      $0.firstMatch(of: /log lines dropped" count=(\d+)/).flatMap { Int($0.1) }
    }
    #expect(!dropped.isEmpty)
    #expect(dropped.reduce(lines.count - dropped.count, +) == 1000)
    #expect(await log.flush())
  }

  @Test func `a pipe whose reader restarts gets the later lines, and how many were lost`()
    async throws
  {
    let path = "/tmp/log-test-\(getpid())-\(UInt32.random(in: 0...(.max)))"
    try #require(mkfifo(path, 0o600) == 0)
    defer { unlink(path) }
    signal(SIGPIPE, SIG_IGN)
    let first = open(path, O_RDONLY | O_NONBLOCK)
    let writing = open(path, O_WRONLY)
    defer { close(writing) }
    let log = Log(level: .info, pod: "p", descriptor: writing)
    close(first)
    log.info("into the void")
    log.info("into the void, too")
    #expect(await !log.flush())
    let second = open(path, O_RDONLY | O_NONBLOCK)
    defer { close(second) }
    log.info("after")
    #expect(await log.flush())
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(second, &bytes, bytes.count)
    let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    #expect(text.contains("msg=after"))
    #expect(text.contains(#"msg="log lines dropped" count=2"#), "\(text)")
    #expect(!text.contains("void"))
  }

  @Test func `a log that is released ends its thread, after its last lines`() async throws {
    let pipe = try Pipe()
    var log: Log? = Log(level: .info, pod: "p", descriptor: pipe.writing)
    log?.info("last")
    log = nil
    let lines = await pipe.onThread { $0.read(lines: 1) }.value
    #expect(lines.first?.contains("msg=last") == true)
  }

  @Test func `a sink gets each line with its newline`() {
    let lines = Record<String>()
    let log = Log(Config()) { lines.append(String(decoding: $0, as: UTF8.self)) }
    log.info("one")
    log.debug("none")
    #expect(lines.values.count == 1)
    #expect(lines.values[0].contains("msg=one") && lines.values[0].hasSuffix("\n"))
  }

  @Test func `a reader that is gone breaks nothing`() async throws {
    let pipe = try Pipe()
    let log = Log(level: .info, pod: "p", descriptor: pipe.writing)
    pipe.closeReading()
    log.info("into the void")
    #expect(await !log.flush())
    log.info("still there")
  }
}
