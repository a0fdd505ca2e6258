// Node's http as its documentation has it: server.close() at SIGTERM.
const server = require('http').createServer((request, response) => {
  request.resume().on('end', () => setTimeout(() => response.end('done\n'), 200))
})
server.listen(process.env.PORT)
process.on('SIGTERM', () => server.close())
