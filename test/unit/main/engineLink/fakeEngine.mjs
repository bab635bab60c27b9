// TEST CODE. Stands for the engine's process: an HTTP server on the socket it is told, which can crash, refuse to start
// and stream.
import http from 'node:http';

const { CAVMAE_SOCKET: socket, CAVMAE_SOCKET_TOKEN: token, CAVMAE_WORKSPACE: workspace } = process.env;
process.on('message', ({ type }) => {
  if (type === 'stop') setTimeout(() => process.exit(0), 50);
});
process.on('disconnect', () => process.exit(0));
if (workspace === 'locked') {
  process.send({ type: 'refused', message: 'locked', detail: { hint: 'Close it there.' } }, () => process.exit(2));
} else if (workspace === 'broken') {
  process.stderr.write('cannot load the library\n', () => process.exit(7));
} else {
  let streams = 0;
  const server = http.createServer((request, response) => {
    if (request.headers.authorization !== `Bearer ${token}`) return response.writeHead(403).end();
    const { pathname } = new URL(request.url, 'http://x');
    if (pathname === '/crash') process.exit(3);
    if (pathname === '/streams') return response.end(String(streams));
    if (pathname === '/range')
      return response
        .writeHead(206, { 'content-range': 'bytes 2-3/6', 'content-length': 2, 'set-cookie': ['a=1', 'b=2'] })
        .end(`${request.headers.range}`.slice(6, 8));
    if (pathname === '/events') {
      streams++;
      response.on('close', () => streams--);
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('first');
      return;
    }
    if (pathname === '/half') {
      response.writeHead(200).write('half');
      return setTimeout(() => process.exit(4), 50);
    }
    if (pathname === '/none') return response.writeHead(204).end();
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () =>
      response.end(`${request.method} ${request.url} ${Buffer.concat(parts).length} ${workspace} ${process.pid}`),
    );
  });
  server.listen(socket, () => process.send({ type: 'listening' }));
}
