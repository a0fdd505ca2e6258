// A service as it is often written first.
const http = require('http')

http.createServer((request, response) => {
  setTimeout(() => response.end('{"order":1}\n'), 200)
}).listen(process.env.PORT)
