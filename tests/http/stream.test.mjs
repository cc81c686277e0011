// Server-sent events and the graceful stop.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {get, open, responses, startEcho} from './echo.mjs';

const publish = (server, topic, id, data) => fetch(
  `${server.url}/publish?topic=${topic}&id=${id}&data=${encodeURIComponent(data)}`, {method: 'POST', body: ''});

async function subscribe(server, topic, last = 0) {
  const link = open(server);
  await link.send(get(`/sse?topic=${topic}&last=${last}`, 'Accept: text/event-stream\r\n'));
  await link.until(text => text.includes('retry: '));
  return link;
}

test('what is published reaches the subscribers of its topic, lines kept', async t => {
  const server = await startEcho(t, {workers: 2});
  const [one, two, other] = [await subscribe(server, 'a'), await subscribe(server, 'a'), await subscribe(server, 'b')];
  assert.match(one.received, /^HTTP\/1\.1 200 OK\r\n/);
  assert.match(one.received, /Content-Type: text\/event-stream\r\n/);
  await publish(server, 'a', 7, 'first\nsecond\r\nthird\rfourth');
  const frame = 'id: 7\nevent: note\ndata: first\ndata: second\ndata: third fourth\n\n';
  for (const link of [one, two]) await link.until(text => text.endsWith(frame));
  await publish(server, 'b', 8, 'for b');
  await other.until(text => text.includes('data: for b\n\n'));
  assert.ok(!other.received.includes('first'));
  assert.equal((await server.stats()).streams, 3);
  one.socket.destroy();
  await server.until(stats => stats.streams === 2);
});

test('coming back: a refresh only when something was missed', async t => {
  const server = await startEcho(t, {workers: 2});
  const first = await subscribe(server, 'a');
  await publish(server, 'a', 10, 'x');
  await first.until(text => text.includes('id: 10\n'));
  first.socket.destroy();
  const current = await subscribe(server, 'a', 10);
  assert.ok(!current.received.includes('event: refresh'));
  await publish(server, 'a', 11, 'y');
  await current.until(text => text.includes('id: 11\n'));
  const behind = await subscribe(server, 'a', 10);
  await behind.until(text => text.includes('event: refresh\n'));
  const elsewhere = await subscribe(server, 'quiet', 11);
  assert.ok(!elsewhere.received.includes('event: refresh'));
  const beforeStart = await subscribe(server, 'quiet', 3);
  await beforeStart.until(text => text.includes('event: refresh\n'));
});

test('idle streams get a sign of life', async t => {
  const server = await startEcho(t, {workers: 1, sse_heartbeat_ms: 300});
  const link = await subscribe(server, 'a');
  await link.until(text => text.endsWith(': \n\n'));
  link.socket.destroy();
});

test('a reader that lags is cut off, the others are not', async t => {
  const server = await startEcho(t, {workers: 2});
  const slow = await subscribe(server, 'a');
  slow.socket.pause();
  const quick = await subscribe(server, 'a');
  let id = 1;
  while ((await server.stats()).streams > 1) await publish(server, 'a', id++, 'x'.repeat(7000));
  await quick.until(text => text.includes(`id: ${id - 1}\n`));
  slow.socket.destroy();
  quick.socket.destroy();
});

test('a stop finishes what is in flight and refuses what is new', async t => {
  const server = await startEcho(t, {workers: 2, stop_ms: 20_000});
  const flying = open(server);
  await flying.send(get('/wait'));
  await server.until(stats => stats.waiting === 1);
  const stream = await subscribe(server, 'a');
  const idle = open(server);
  await idle.send(get('/'));
  await idle.until(text => responses(text).length === 1);
  const helper = open(server); // a request that is in flight too: it lets the first one go
  await helper.send('POST /release HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n');
  await server.until(stats => stats.connections >= 4);
  const stopped = server.stop();
  await stream.closed;
  await idle.closed;
  const late = open(server);
  assert.equal(await late.closed, '');
  await helper.send('x');
  assert.equal(responses(await flying.closed)[0].body, 'released\n');
  assert.equal((await stopped).code, 0);
});
