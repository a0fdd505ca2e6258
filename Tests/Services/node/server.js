// A small service that takes a moment to start and to answer, and knows nothing of signals.
const http = require('node:http');
const { HOST, PORT } = process.env;

const server = http.createServer((request, response) => {
  setTimeout(() => response.end('{"id":1}\n'), 50);
});

setTimeout(() => server.listen(Number(PORT), HOST), 1000);
