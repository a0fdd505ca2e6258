// CalcV2: a health endpoint. Kubernetes learns when a pod is ready.
import Shared

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

await server.run()
