// CalcV1: a simple calc API. It sums numbers, slowly: 100 ms each.
import Shared

let config = Config.fromEnvironment()

let log = Log(config)
let calculator = Calculator(log: log)

let server = Server(
  config,
  log: log,
  routes: [
    .post("/sum", calculator.sum),
  ],
)

await server.run()
