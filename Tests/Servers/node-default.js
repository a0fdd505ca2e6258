// Node's http with no handler: SIGTERM does not reach PID 1.
require('http').createServer(require('./node-responses')).listen(process.env.PORT)
