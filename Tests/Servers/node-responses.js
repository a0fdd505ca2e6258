// What the fixtures for Node answer: / after 200 ms, /stream bit by bit, /large with 4 MB.
module.exports = (request, response) => {
  if (request.url === '/large') return response.end(Buffer.alloc(4e6, 'x'))
  if (request.url === '/stream') {
    const timer = setInterval(() => response.write('part\n'), 50)
    return setTimeout(() => { clearInterval(timer); response.end() }, 500)
  }
  request.resume().on('end', () => setTimeout(() => response.end('done\n'), 200))
}
