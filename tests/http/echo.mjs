// Starts tests/http/echo_server and speaks to it in raw bytes.
import {spawn} from 'node:child_process';
import {connect} from 'node:net';
import {dirname, join, resolve} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const folder = process.env.MILLPOND_BIN ? dirname(resolve(process.env.MILLPOND_BIN)) : join(root, 'build');
export const program = process.env.ECHO_SERVER ?? join(folder, 'echo_server');

// options: {workers: 2, ...} as in struct http_server_config; descriptors: ulimit -n.
export async function startEcho(t, options = {}, {descriptors} = {}) {
  const args = Object.entries(options).map(([name, value]) => `${name}=${value}`);
  const child = descriptors
    ? spawn('sh', ['-c', `ulimit -n ${descriptors}; exec "$0" "$@"`, program, ...args], {stdio: ['pipe', 'pipe', 'pipe']})
    : spawn(program, args, {stdio: ['pipe', 'pipe', 'pipe']});
  let errors = '';
  child.stderr.on('data', part => { errors += part; });
  const lines = createInterface({input: child.stdout})[Symbol.asyncIterator]();
  const ended = new Promise(done => child.on('close', (code, signal) => done({code: code ?? signal, errors})));
  const {value: line = ''} = await lines.next();
  const port = Number(line.split(' ')[1]);
  if (!port) throw new Error(`echo_server did not start: ${line} ${errors}`);
  let stopping = null;
  const server = {
    port, child, ended,
    url: `${options.tls_cert_path ? 'https' : 'http'}://127.0.0.1:${port}`,
    // Ends its input, as a supervisor would; resolves to {code, errors}.
    stop() { stopping ??= (child.stdin.end(), ended); return stopping; },
    // By a connection that ends with it, so that `connections` counts just one of ours.
    stats: async () => JSON.parse((await talk(server, get('/stats', 'Connection: close\r\n')))[0].body),
    // Waits for a statistic by asking again; the test's own time limit ends it.
    async until(fits) {
      for (;;) {
        const stats = await server.stats();
        if (fits(stats)) return stats;
      }
    },
  };
  t.after(async () => {
    const {code, errors: said} = await server.stop();
    if (code !== 0) throw new Error(`echo_server ended with ${code}\n${said}`);
  });
  return server;
}

// Opens a connection; `received` grows; closed resolves to everything when the server ends it.
export function open(server, {localAddress} = {}) {
  const socket = connect({port: server.port, host: '127.0.0.1', localAddress, allowHalfOpen: true});
  const link = {socket, received: '', isClosed: false};
  const waiters = [];
  const check = () => { for (const waiter of [...waiters]) waiter(); };
  socket.setNoDelay(true);
  socket.on('data', part => { link.received += part.toString('latin1'); check(); });
  link.closed = new Promise(done => {
    const end = () => { link.isClosed = true; check(); socket.destroy(); done(link.received); };
    socket.on('end', end);
    socket.on('close', end);
    socket.on('error', end);
  });
  // Ends in another turn of the loop, so that a sender in a loop still hears the answer.
  link.send = bytes => new Promise(done => socket.write(Buffer.from(bytes, 'latin1'), () => setImmediate(done)));
  // Resolves when what was received satisfies `fits`, or rejects when the connection ends before.
  link.until = fits => new Promise((done, fail) => {
    const waiter = () => {
      const isGood = fits(link.received);
      if (!isGood && !link.isClosed) return;
      waiters.splice(waiters.indexOf(waiter), 1);
      if (isGood) done(link.received); else fail(new Error(`closed after ${JSON.stringify(link.received)}`));
    };
    waiters.push(waiter);
    waiter();
  });
  return link;
}

// Splits what came into responses by Content-Length: [{status, headers, body}].
export function responses(text) {
  const found = [];
  while (text.length > 0) {
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) break;
    const [first, ...lines] = text.slice(0, end).split('\r\n');
    const headers = Object.fromEntries(lines.map(line => [line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim()]));
    const status = Number(first.split(' ')[1]);
    const length = status === 100 ? 0 : Number(headers['content-length'] ?? 0);
    const body = text.slice(end + 4, end + 4 + length);
    if (body.length < length) break;
    found.push({status, headers, body});
    text = text.slice(end + 4 + length);
  }
  return found;
}

// Sends bytes and the end, and returns all responses until the server closes.
export async function talk(server, bytes) {
  const link = open(server);
  link.socket.end(Buffer.from(bytes, 'latin1'));
  return responses(await link.closed);
}

export const get = (path, more = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;
export const post = (path, body, more = '') =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`;
export const chunked = (path, body, more = '') =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n${more}\r\n${body}`;

// Resident bytes of the server now.
export async function residentBytes(server) {
  const {readFile} = await import('node:fs/promises');
  const status = await readFile(`/proc/${server.child.pid}/status`, 'utf8');
  return Number(status.match(/VmRSS:\s+(\d+) kB/)[1]) * 1024;
}
