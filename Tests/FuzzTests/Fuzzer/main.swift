// Hammers one target: `FUZZ_TARGET=request Fuzz -max_total_time=60 Tests/Corpus/request`
// (libFuzzer's arguments). Built by `make fuzz` only.
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

guard let chosen = getenv("FUZZ_TARGET").flatMap({ FuzzTarget(rawValue: String(cString: $0)) })
else {
  let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
  print("FUZZ_TARGET is one of: \(names)")
  exit(64)
}
target = chosen

var words = CommandLine.arguments.map { strdup($0) }
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
