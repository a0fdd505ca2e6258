// CalcV7: operations are logged in batches of 500, or every 30 s.
import Shared

let signals = Signals.arm()
let config = Config.fromEnvironment()
let influx = Influx.fromEnvironment()
let isGraceful = Arguments.isGraceful()

let log = Log(config)
let operations = BatchLog(config, influx, log: log)
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
  report += await operations.flush(cutOn: signals)
}
await log.flush()
report.exit()
