// The same service, and how it stops.
const http = require('http')
let isDraining = false

const server = http.createServer((request, response) => {
  setTimeout(() => {
    // Clients go elsewhere with their next request.
    if (isDraining) response.setHeader('Connection', 'close')
    response.end('{"order":1}\n')
  }, 200)
})
server.listen(process.env.PORT)

process.on('SIGTERM', () => {
  isDraining = true
  // Idle clients and the backlog get a second for one more request; then the running requests end.
  setTimeout(() => server.close(() => process.exit(0)), 1000)
  setTimeout(() => process.exit(1), 20000)
})
