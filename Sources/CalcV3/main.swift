// CalcV3: SIGTERM is handled. The process ends at once, mid-request.
import Shared

let signals = Signals.arm()
let config = Config.fromEnvironment()

let log = Log(config)
let calculator = Calculator(log: log)

let server = Server(
  config,
  log: log,
  routes: [
    .get("/health", Health.answer),
    .post("/sum", calculator.sum),
  ],
)

await server.run(until: signals)
let report = await server.cut()
await log.flush()
report.exit()
