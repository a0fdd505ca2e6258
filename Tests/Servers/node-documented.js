// Node's http as its documentation has it: server.close() at SIGTERM.
const server = require('http').createServer(require('./node-responses'))
server.listen(process.env.PORT)
process.on('SIGTERM', () => server.close())
