// CalcV5: preStop. The pod serves on until no proxy sends to it.
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
let report = await server.drain(cutOn: signals)
await log.flush()
report.exit()
