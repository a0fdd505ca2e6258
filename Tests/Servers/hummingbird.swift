// Hummingbird with `run()`, which handles no signal, or with the argument `service` with
// `runService()`, as its documentation starts an application. Built outside of this repository,
// which has no packages: an executable target with this file and the product Hummingbird.
import Foundation
import Hummingbird

let router = Router()
router.post("/") { request, _ -> Response in
  _ = try await request.body.collect(upTo: 1 << 20)
  try await Task.sleep(for: .milliseconds(200))
  return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: "done\n")))
}
router.get("/stream") { _, _ in
  Response(
    status: .ok,
    body: .init { writer in
      for _ in 1...10 {
        try await writer.write(ByteBuffer(string: "part\n"))
        try await Task.sleep(for: .milliseconds(50))
      }
      try await writer.finish(nil)
    })
}
router.get("/large") { _, _ in
  Response(
    status: .ok, body: .init(byteBuffer: ByteBuffer(repeating: UInt8(ascii: "x"), count: 4_000_000))
  )
}
let port = Int(ProcessInfo.processInfo.environment["PORT"] ?? "") ?? 8100
let application = Application(
  router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)))
if CommandLine.arguments.dropFirst().first == "service" {
  try await application.runService()
} else {
  try await application.run()
}
