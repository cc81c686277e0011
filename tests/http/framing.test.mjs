// Framing probes in the manner of h1spec: each is sent with a second request behind it, so that a
// server which reads the first one differently gives itself away by a second answer.
import assert from 'node:assert/strict';
import {before, test} from 'node:test';
import {chunked, get, open, post, responses, startEcho, talk} from './echo.mjs';

const smuggled = get('/echo/SMUGGLED');
const base = 'POST /echo HTTP/1.1\r\nHost: a\r\n';

// name, bytes, statuses wanted. 'bad' means: one answer with this status, then closed.
const refused = [
  ['bare LF everywhere', 'GET / HTTP/1.1\nHost: a\n\n', 400],
  ['bare LF after one field', 'GET / HTTP/1.1\r\nHost: a\nX: 1\r\n\r\n', 400],
  ['bare CR in a value', 'GET / HTTP/1.1\r\nHost: a\r\nX: 1\r2\r\n\r\n', 400],
  ['CR CR LF', 'GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\r\n\r\n', 400],
  ['folded line', 'GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n 2\r\n\r\n', 400],
  ['folded first line', 'GET / HTTP/1.1\r\n Host: a\r\n\r\n', 400],
  ['space before colon', 'GET / HTTP/1.1\r\nHost : a\r\n\r\n', 400],
  ['name that is no token', 'GET / HTTP/1.1\r\nHost: a\r\nX[]: 1\r\n\r\n', 400],
  ['no name', 'GET / HTTP/1.1\r\nHost: a\r\n: 1\r\n\r\n', 400],
  ['NUL in a value', 'GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n', 400],
  ['control byte in a value', 'GET / HTTP/1.1\r\nHost: a\r\nX: \x07\r\n\r\n', 400],
  ['no Host', 'GET / HTTP/1.1\r\nX: 1\r\n\r\n', 400],
  ['two Hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400],
  ['two equal Hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n', 400],
  ['Host with a space', 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n', 400],
  ['Host with user', 'GET / HTTP/1.1\r\nHost: u@a\r\n\r\n', 400],
  ['length and chunked', `${base}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX`, 400],
  ['chunked and length', `${base}Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nX`, 400],
  ['xchunked', `${base}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`, 400],
  ['chunked, identity', `${base}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`, 400],
  ['chunked twice', `${base}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
  ['chunked with a leading VT', `${base}Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n`, 400],
  ['space before colon of TE', `${base}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`, 400],
  ['chunked on 1.0', 'POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400],
  ['two lengths', `${base}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`, 400],
  ['two equal lengths', `${base}Content-Length: 1\r\nContent-Length: 1\r\n\r\na`, 400],
  ['list of lengths', `${base}Content-Length: 1, 1\r\n\r\na`, 400],
  ['length with a plus', `${base}Content-Length: +1\r\n\r\na`, 400],
  ['negative length', `${base}Content-Length: -1\r\n\r\na`, 400],
  ['hexadecimal length', `${base}Content-Length: 0x1\r\n\r\na`, 400],
  ['length beyond 64 bits', `${base}Content-Length: 18446744073709551617\r\n\r\na`, 400],
  ['empty length', `${base}Content-Length:\r\n\r\n`, 400],
  ['chunk size that is no number', chunked('/echo', 'z\r\nabc\r\n0\r\n\r\n'), 400],
  ['chunk size with a sign', chunked('/echo', '+1\r\na\r\n0\r\n\r\n'), 400],
  ['chunk size with 0x', chunked('/echo', '0x1\r\na\r\n0\r\n\r\n'), 400],
  ['chunk size beyond 64 bits', chunked('/echo', '10000000000000001\r\na\r\n0\r\n\r\n'), 400],
  ['chunk without CR LF behind', chunked('/echo', '1\r\naX\r\n0\r\n\r\n'), 400],
  ['chunk size ended by LF', chunked('/echo', '1\na\r\n0\r\n\r\n'), 400],
  ['chunk data ended by LF', chunked('/echo', '1\r\na\n0\r\n\r\n'), 400],
  ['space before the chunk size', chunked('/echo', ' 1\r\na\r\n0\r\n\r\n'), 400],
  ['two spaces in the request line', 'GET  / HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['tab in the request line', 'GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['no version', 'GET /\r\nHost: a\r\n\r\n', 400],
  ['lower-case version', 'GET / http/1.1\r\nHost: a\r\n\r\n', 400],
  ['HTTP/2.0', 'GET / HTTP/2.0\r\nHost: a\r\n\r\n', 505],
  ['HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505],
  ['HTTP/1.9', 'GET / HTTP/1.9\r\nHost: a\r\n\r\n', 505],
  ['TRACE', 'TRACE / HTTP/1.1\r\nHost: a\r\n\r\n', 405],
  ['CONNECT', 'CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n', 405],
  ['made-up method', 'MADEUP / HTTP/1.1\r\nHost: a\r\n\r\n', 405],
  ['relative target', 'GET x HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['target of another host', 'GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['fragment', 'GET /#x HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['bytes above ASCII in the target', 'GET /\xe9 HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['dot segments', 'GET /echo/../x HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['encoded dot segments', 'GET /echo/%2e%2e/x HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['encoded NUL', 'GET /echo/%00 HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['a TLS hello', '\x16\x03\x01\x00\xa5\x01\x00\x00\xa1', 400],
  ['expectation that nobody meets', `${base}Content-Length: 1\r\nExpect: wonders\r\n\r\na`, 417],
];

const accepted = [
  ['plain', get('/'), [200]],
  ['empty line before', `\r\n${get('/')}`, [200]],
  ['HTTP/1.0 without Host', 'GET / HTTP/1.0\r\n\r\n', [200]],
  ['absolute target', 'GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n', [200, 200]],
  ['OPTIONS', 'OPTIONS /echo HTTP/1.1\r\nHost: a\r\n\r\n', [200, 200]],
  ['blanks around a value', get('/', 'X: \t 1 \t\r\n'), [200, 200]],
  ['empty value', get('/', 'X:\r\n'), [200, 200]],
  ['upgrade is not taken', get('/', 'Connection: Upgrade\r\nUpgrade: h2c\r\n'), [200, 200]],
  ['chunks', chunked('/echo', '3\r\nabc\r\n0A\r\n0123456789\r\n0\r\n\r\n'), [200, 200]],
  ['chunk extension', chunked('/echo', '3;a=b\r\nabc\r\n0\r\n\r\n'), [200, 200]],
  ['trailers', chunked('/echo', '3\r\nabc\r\n0\r\nX: 1\r\n\r\n'), [200, 200]],
  ['length 0', post('/echo', ''), [200, 200]],
  ['method override is ignored', get('/', 'X-HTTP-Method-Override: DELETE\r\n'), [200, 200]],
  ['no length is no body', `${base}\r\n`, [200, 200]],
  ['no such path', get('/none'), [404, 200]],
  ['no such method there', 'DELETE /page HTTP/1.1\r\nHost: a\r\n\r\n', [405, 200]],
];

let server;
before(async t => { server = await startEcho({after() {}}, {workers: 2}); });

for (const [name, bytes, status] of refused) {
  test(`refused: ${name}`, async () => {
    const found = await talk(server, bytes + smuggled);
    assert.deepEqual(found.map(one => one.status), [status]);
    assert.equal(found[0].headers.connection, 'close');
    assert.ok(!found[0].body.includes('SMUGGLED'));
  });
}

for (const [name, bytes, statuses] of accepted) {
  test(`accepted: ${name}`, async () => {
    const isLast = statuses.length === 1;
    const found = await talk(server, bytes + (isLast ? '' : get('/echo/second', 'Connection: close\r\n')));
    assert.deepEqual(found.map(one => one.status), statuses);
    if (!isLast) assert.match(found[1].body, /^GET \/echo\/second /);
  });
}

test('pipelined requests are answered in order, however the bytes are cut', async () => {
  const paths = Array.from({length: 50}, (_, i) => `/echo/${i}`);
  const bytes = paths.map(path => get(path)).join('') + get('/echo/last', 'Connection: close\r\n');
  for (const size of [bytes.length, 7, 64]) {
    const link = open(server);
    for (let at = 0; at < bytes.length; at += size) await link.send(bytes.slice(at, at + size));
    const found = responses(await link.closed);
    assert.deepEqual(found.map(one => one.body.split(' ')[1]), [...paths, '/echo/last']);
  }
});

test('bodies in pieces of every kind arrive whole', async () => {
  const body = 'x'.repeat(100_000);
  const plain = (await talk(server, post('/echo', body, 'Connection: close\r\n')))[0].body;
  assert.match(plain, /^POST \/echo 100000 /);
  const pieces = [1, 10, 1000, 98_989].map(n => `${n.toString(16)}\r\n${'x'.repeat(n)}\r\n`).join('');
  const link = open(server);
  const bytes = chunked('/echo', `${pieces}0\r\n\r\n`, 'Connection: close\r\n');
  for (let at = 0; at < bytes.length; at += 997) await link.send(bytes.slice(at, at + 997));
  assert.equal(responses(await link.closed)[0].body, plain);
});

test('100-continue comes before the body is sent, and only if the body is wanted', async () => {
  const link = open(server);
  await link.send('POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n');
  await link.until(text => text.startsWith('HTTP/1.1 100 Continue\r\n\r\n'));
  await link.send('hi');
  await link.until(text => responses(text).length === 2);
  link.socket.end();
  const tooLarge = open(server);
  await tooLarge.send('POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\nExpect: 100-continue\r\n\r\n');
  assert.deepEqual(responses(await tooLarge.closed).map(one => one.status), [413]);
});

test('HEAD has the headers of GET and no body', async () => {
  const link = open(server);
  await link.send(`HEAD /page HTTP/1.1\r\nHost: a\r\n\r\n${get('/echo/next', 'Connection: close\r\n')}`);
  const [head, next] = (await link.closed).split(/(?<=\r\n\r\n)(?=HTTP)/);
  assert.match(head, /Content-Length: 16384\r\n/);
  assert.match(next, /^HTTP\/1.1 200 OK\r\n/);
});

test('files are sent whole, and a missing one is not found', async t => {
  const {mkdtemp, rm, writeFile} = await import('node:fs/promises');
  const folder = await mkdtemp('/tmp/millpond-http-');
  t.after(() => rm(folder, {recursive: true}));
  const bytes = Buffer.alloc(3_000_001, 'pond');
  await writeFile(`${folder}/file`, bytes);
  const answer = await fetch(`${server.url}/file?path=${folder}/file`);
  assert.deepEqual(Buffer.from(await answer.arrayBuffer()), bytes);
  assert.equal((await fetch(`${server.url}/file?path=${folder}/none`)).status, 404);
  assert.equal((await fetch(`${server.url}/file?path=${folder}`)).status, 404);
});

test('addresses are believed from listed proxies only', async t => {
  const forwarded = {headers: {'X-Forwarded-For': '6.6.6.6, 1.2.3.4', 'X-Forwarded-Proto': 'https'}};
  assert.equal(await (await fetch(`${server.url}/who`, forwarded)).text(), '127.0.0.1 http\n');
  const behind = await startEcho(t, {proxy: '127.0.0.0/8', workers: 1});
  const answer = await fetch(`${behind.url}/who`, forwarded);
  assert.equal(await answer.text(), '1.2.3.4 https\n');
  assert.equal(answer.headers.get('strict-transport-security'), 'max-age=31536000');
});

test('the server is sound after all of this', async () => {
  const {code, errors} = await server.stop();
  assert.deepEqual({code, errors}, {code: 0, errors: ''});
});
