// Hammers one target: `Fuzz request -max_total_time=60 Tests/Corpus/request` (libFuzzer's
// arguments). Built by `make fuzz` only.
import Libc

/// The driver of libFuzzer, which the sanitizer's library has.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ tryInput: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// Set once, before the fuzzer runs, and read by its one thread.
private nonisolated(unsafe) var target = FuzzTarget.request

guard let chosen = CommandLine.arguments.dropFirst().first.flatMap(FuzzTarget.init) else {
  let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
  print("the first argument is one of: \(names)")
  exit(64)
}
target = chosen

// The fuzzer gets the arguments without the target.
var words = (CommandLine.arguments.prefix(1) + CommandLine.arguments.dropFirst(2)).map {
  strdup($0)
}
words.append(nil)
var count = Int32(words.count - 1)
let status = words.withUnsafeMutableBufferPointer { words in
  guard var start = words.baseAddress else { return Int32(70) }
  return runFuzzer(&count, &start) { start, count in
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if let violation = target.violation(bytes) { fatalError("\(target): \(violation)") }
    return 0
  }
}
exit(status)
