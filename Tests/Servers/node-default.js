// Node's http with no handler: SIGTERM does not reach PID 1.
require('http').createServer((request, response) => {
  request.resume().on('end', () => setTimeout(() => response.end('done\n'), 200))
}).listen(process.env.PORT)
