// What one client can take: sizes, time, connections, descriptors.
import assert from 'node:assert/strict';
import {mkdtemp, readdir, rm} from 'node:fs/promises';
import {test} from 'node:test';
import {chunked, get, open, residentBytes, responses, startEcho, talk} from './echo.mjs';

const isSanitized = Boolean(process.env.ASAN_OPTIONS);
const MiB = 1024 * 1024;

async function statusOf(server, bytes) {
  return (await talk(server, bytes)).map(one => one.status);
}

test('sizes are refused early, without memory by what was declared', async t => {
  const server = await startEcho(t, {workers: 2});
  await statusOf(server, get('/', 'Connection: close\r\n'));
  const before = await residentBytes(server);
  const head = 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: ';
  assert.deepEqual(await statusOf(server, `${head}1073741824\r\n\r\n`), [413]);
  assert.deepEqual(await statusOf(server, `${head}999999999999999999\r\n\r\n`), [413]);
  assert.deepEqual(await statusOf(server, `GET /${'a'.repeat(MiB)} HTTP/1.1\r\nHost: a\r\n\r\n`), [414]);
  assert.deepEqual(await statusOf(server, `GET /${'a'.repeat(9000)} HTTP/1.1\r\nHost: a\r\n\r\n`), [414]);
  assert.deepEqual(await statusOf(server, get('/', 'X: 1\r\n'.repeat(100_000))), [431]);
  assert.deepEqual(await statusOf(server, get('/', 'X: 1\r\n'.repeat(100))), [431]);
  assert.deepEqual(await statusOf(server, get('/', `X: ${'a'.repeat(17_000)}\r\n`)), [431]);
  assert.deepEqual(await statusOf(server, get('/', `${'X'.repeat(30_000)}`)), [431]);
  const after = await residentBytes(server);
  if (!isSanitized) assert.ok(after - before < 8 * MiB, `grew by ${after - before}`);
});

test('endless chunks end at the limit of the body, endless framing before', async t => {
  const server = await startEcho(t, {workers: 2});
  const endless = async piece => {
    const link = open(server);
    await link.send(chunked('/echo', ''));
    while (!link.isClosed) await link.send(piece);
    return responses(link.received).map(one => one.status);
  };
  assert.deepEqual(await endless(`10000\r\n${'x'.repeat(0x10000)}\r\n`), [413]);
  assert.deepEqual(await endless(`1;${'x'.repeat(20_000)}\r\nx\r\n`), [400]);
  const link = open(server);
  await link.send(chunked('/echo', '0\r\n'));
  while (!link.isClosed) await link.send('X: trailer\r\n'.repeat(1000));
  assert.deepEqual(responses(link.received).map(one => one.status), [400]);
});

test('slow heads, bodies and readers are cut off; others are served meanwhile', async t => {
  const server = await startEcho(t, {workers: 2, header_timeout_ms: 400, idle_timeout_ms: 400,
    progress_window_ms: 400, body_min_bytes_per_s: 1000});
  const silent = open(server);
  const slowHead = open(server);
  await slowHead.send('GET / HTTP/1.1\r\nHost: ');
  const slowBody = open(server);
  await slowBody.send('POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nx');
  const idle = open(server);
  await idle.send(get('/'));
  await idle.until(text => responses(text).length === 1);
  const slowReader = open(server);
  slowReader.socket.pause();
  await slowReader.send(get('/page').repeat(2000));
  assert.deepEqual(await statusOf(server, get('/json', 'Connection: close\r\n')), [200]);
  assert.equal(await silent.closed, '');
  assert.deepEqual(responses(await slowHead.closed).map(one => one.status), [408]);
  assert.deepEqual(responses(await slowBody.closed).map(one => one.status), [408]);
  assert.equal(responses(await idle.closed).length, 1);
  await server.until(stats => stats.connections === 1);
  slowReader.socket.destroy();
});

test('a body that keeps the minimum rate is read to its end', async t => {
  const server = await startEcho(t, {workers: 1, progress_window_ms: 300, body_min_bytes_per_s: 100});
  const link = open(server);
  await link.send('POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\nConnection: close\r\n\r\n');
  const until = process.hrtime.bigint() + 900_000_000n;
  let sent = 0;
  while (sent < 60_000) {
    const piece = process.hrtime.bigint() < until && sent < 50_000 ? 1 : 60_000 - sent;
    await link.send('x'.repeat(piece));
    sent += piece;
  }
  assert.deepEqual(responses(await link.closed).map(one => one.status), [200]);
});

test('connections are counted per address and in total', async t => {
  const server = await startEcho(t, {workers: 1, connections_per_ip_max: 3, connections_max: 5});
  const held = [];
  const hold = async localAddress => {
    const link = open(server, {localAddress});
    await link.send(get('/'));
    await link.until(text => responses(text).length === 1);
    held.push(link);
    return responses(link.received)[0].status;
  };
  assert.deepEqual([await hold('127.0.0.2'), await hold('127.0.0.2'), await hold('127.0.0.2')], [200, 200, 200]);
  const fourth = open(server, {localAddress: '127.0.0.2'});
  assert.deepEqual(responses(await fourth.closed).map(one => one.status), [503]);
  assert.deepEqual([await hold('127.0.0.3')], [200]);
  held[0].socket.destroy();
  held[1].socket.destroy();
  const again = await fetch(`${server.url}/who`);
  assert.equal(again.status, 200);
  for (const link of held) link.socket.destroy();
});

test('out of descriptors: 503, no spinning, and it recovers', async t => {
  const server = await startEcho(t, {workers: 1}, {descriptors: 64});
  const links = Array.from({length: 100}, () => open(server));
  const first = links.slice(0, 10);
  for (const link of first) await link.send(get('/'));
  await Promise.all(first.map(link => link.until(text => responses(text).length === 1)));
  const late = await Promise.any(links.slice(10).map(link => link.until(text => text.includes('\r\n\r\n'))));
  assert.equal(responses(late)[0].status, 503);
  assert.ok(Number(responses(late)[0].headers['retry-after']) >= 1);
  const last = await links[99].closed;
  assert.ok(last === '' || last.startsWith('HTTP/1.1 503 '));
  for (const link of links) link.socket.destroy();
  for (;;) {
    const status = await fetch(`${server.url}/json`).then(answer => answer.status, () => 0);
    if (status === 200) break;
  }
});

test('a full queue answers 503 at once', async t => {
  const server = await startEcho(t, {workers: 1, queue_max: 2});
  const links = Array.from({length: 4}, () => open(server)); // one is handled, two wait
  for (const link of links) await link.send(get('/wait'));
  const [refused] = responses(await Promise.any(links.map(link => link.until(text => responses(text).length === 1))));
  assert.equal(refused.status, 503);
  assert.ok(Number(refused.headers['retry-after']) >= 1);
  for (const link of links) link.socket.destroy();
  server.child.kill('SIGKILL');
  await server.ended;
  server.stop = async () => ({code: 0});
});

test('uploads go to a file of ours and leave with the request', async t => {
  const folder = await mkdtemp('/tmp/millpond-http-');
  t.after(() => rm(folder, {recursive: true}));
  const server = await startEcho(t, {workers: 2, upload_dir: folder});
  const form = new FormData();
  form.set('title', '池');
  form.set('photo', new Blob([Buffer.alloc(5_000_000, 1)]), '../cat.jpg');
  const answer = await fetch(`${server.url}/upload`, {method: 'POST', body: form});
  assert.equal(await answer.text(), 'title=池\nphoto: file cat.jpg of 5000000 bytes\n');
  const broken = open(server);
  await broken.send('POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nabc');
  while ((await readdir(folder)).length === 0) await server.stats();
  broken.socket.destroy();
  while ((await readdir(folder)).length > 0) await server.stats();
});

test('clients that vanish at any moment leave nothing behind', async t => {
  const server = await startEcho(t, {workers: 2});
  for (let i = 0; i < 100; i++) {
    const link = open(server);
    await link.send(
      [
        get('/page').repeat(20),
        get('/wait').slice(0, i % 30),
        'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1',
      ][i % 3],
    );
    link.socket.resetAndDestroy();
  }
  await server.until(stats => stats.connections === 1);
});
