import Shared

// flawed-server PORT [FLAW]: what the tests of the check put on trial. It serves GET and POST: any
// path after 100 ms, /fast at once, /stream bit by bit, /large with 4 MB. It drains as it should,
// but for the one flaw. /none is not found.
let words = CommandLine.arguments.dropFirst()
guard let port = words.first.flatMap({ UInt16($0) }),
  let address = SocketAddress(host: "127.0.0.1", port: port),
  words.count == 1 || words.count == 2 && Flaw(rawValue: words.last ?? "") != nil
else {
  let flaws = Flaw.allCases.map(\.rawValue).joined(separator: " ")
  ExitCode.usage.exit("flawed-server PORT [FLAW], one of \(flaws)")
}
let flaw = words.count == 2 ? words.last.flatMap { Flaw(rawValue: $0) } : nil
if flaw != .ignoresSignal { Drain.beginAtSignal() }
FlawedServer(flaw, .own).run(at: address)
