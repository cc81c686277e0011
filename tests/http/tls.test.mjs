// TLS on the same loop: what works in clear text works here, and old or broken sessions are refused.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import https from 'node:https';
import {connect as connectClear} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {connect} from 'node:tls';
import {startEcho} from './echo.mjs';

const folder = mkdtempSync(join(tmpdir(), 'millpond-tls-'));
process.on('exit', () => rmSync(folder, {recursive: true, force: true}));
function certificate(name) {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
    '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=localhost'], {stdio: 'ignore'});
  return {tls_cert_path: cert, tls_key_path: key};
}
const own = certificate('own');
const start = (t, options = {}) => startEcho(t, {workers: 2, ...own, ...options});

function ask(server, path, {method = 'GET', body, headers = {}, agent} = {}) {
  return new Promise((done, failed) => {
    const request = https.request(`${server.url}${path}`, {method, headers, agent, rejectUnauthorized: false}, response => {
      const parts = [];
      response.on('data', part => parts.push(part));
      response.on('end', () => done({status: response.statusCode, headers: response.headers, body: Buffer.concat(parts)}));
      response.on('error', failed);
    });
    request.on('error', failed);
    request.end(body);
  });
}
const secure = (server, options = {}) =>
  connect({port: server.port, host: '127.0.0.1', rejectUnauthorized: false, ...options});
const ends = socket => new Promise(done => {
  let text = '';
  socket.on('data', part => { text += part.toString('latin1'); });
  socket.on('error', error => done(String(error.code ?? error.message)));
  socket.on('close', () => done(text));
});

test('pages, large answers and large bodies, over one connection', async t => {
  const server = await start(t);
  const agent = new https.Agent({keepAlive: true, maxSockets: 1});
  t.after(() => agent.destroy());
  const page = await ask(server, '/page', {agent});
  assert.equal(page.status, 200);
  assert.equal(page.body.length, 16384);
  assert.match(page.headers['strict-transport-security'], /max-age=\d{8}/);
  const body = Buffer.alloc(900_000, 'x');
  const echoed = await ask(server, '/echo', {method: 'POST', body, agent});
  assert.equal(echoed.status, 200);
  assert.match(echoed.body.toString(), /900000/);
  assert.match((await ask(server, '/who', {agent})).body.toString(), /https/);
});

test('pipelined requests are answered in order', async t => {
  const server = await start(t);
  const socket = secure(server);
  const all = ends(socket);
  socket.write('GET /json HTTP/1.1\r\nHost: a\r\n\r\nGET /page HTTP/1.1\r\nHost: a\r\n\r\n' +
               'GET /who HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  const text = await all;
  assert.equal(text.match(/HTTP\/1\.1 200 OK/g).length, 3);
  assert.ok(text.indexOf('application/json') < text.lastIndexOf('https'));
});

test('server-sent events arrive', async t => {
  const server = await start(t);
  const socket = secure(server);
  let text = '';
  const arrived = new Promise(done => socket.on('data', part => {
    text += part;
    if (text.includes('retry: ') && !text.includes('data: hello')) {
      ask(server, '/publish?topic=a&id=1&data=hello', {method: 'POST', body: ''});
    }
    if (text.includes('data: hello')) done();
  }));
  socket.write('GET /sse?topic=a HTTP/1.1\r\nHost: a\r\n\r\n');
  await arrived;
  socket.destroy();
});

test('clear text, old versions and broken handshakes are turned away; others go on', async t => {
  const server = await start(t);
  const clear = connectClear({port: server.port, host: '127.0.0.1'});
  const answer = ends(clear);
  clear.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  assert.doesNotMatch(await answer, /HTTP\/1/);
  const old = await ends(secure(server, {minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0'}));
  assert.match(old, /ERR_SSL|ECONNRESET|EPROTO/);
  for (const version of ['TLSv1.2', 'TLSv1.3']) {
    const socket = secure(server, {minVersion: version, maxVersion: version});
    const all = ends(socket);
    socket.write('GET /json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    assert.match(await all, /200 OK/);
  }
});

test('a certificate that cannot be used is named at the start', async t => {
  const other = certificate('other');
  for (const pair of [{...own, tls_key_path: other.tls_key_path}, {...own, tls_cert_path: join(folder, 'missing.pem')}]) {
    await assert.rejects(startEcho({after() {}}, {workers: 2, ...pair}), /certificate|pem|key/i);
  }
});
