// CalcV6: a Task per calculation logs it, 5 s after the answer.
import Shared

let signals = Signals.arm()
let config = Config.fromEnvironment()
let influx = Influx.fromEnvironment()
let isGraceful = Arguments.isGraceful()

let log = Log(config)
let operations = TaskLog(config, influx, log: log)
let calculator = Calculator(log: log, operations: operations)

let server = Server(
  config,
  log: log,
  routes: [
    .get("/health", Health.answer),
    .post("/sum", calculator.sum),
  ],
)

await server.run(until: signals)
var report = await server.drain(cutOn: signals)
if isGraceful {
  report += await operations.drain(cutOn: signals)
}
await log.flush()
report.exit()
