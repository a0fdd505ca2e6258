// The same service, which drains: it finishes what was begun, and says Connection: close.
const http = require('node:http');
const { HOST, PORT } = process.env;
let isDraining = false;

const server = http.createServer((request, response) => {
  if (request.url === '/ready') return response.end('ready\n');
  setTimeout(() => {
    if (isDraining) response.setHeader('Connection', 'close');
    response.end('{"id":1}\n');
  }, 50);
});
// Longer than clients and balancers keep an idle connection between two requests.
server.keepAliveTimeout = 65_000;

process.on('SIGTERM', () => {
  isDraining = true;
  // Node 19 and later close idle connections in server.close(), under the next request: wait first.
  setTimeout(() => server.close(() => process.exit(0)), 2000);
  setTimeout(() => server.closeIdleConnections(), 4000).unref();
});

setTimeout(() => server.listen(Number(PORT), HOST), 1000);
