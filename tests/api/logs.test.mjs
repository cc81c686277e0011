// A request's id: the same in the log, the answer, the problem and the error page; and logs that programs read.
import test from 'node:test';
import assert from 'node:assert/strict';
import {runCommand, startServer} from '../lib/server.mjs';

const until = async (what, check) => {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline;) {
    const result = check();
    if (result) return result;
    await new Promise(done => setImmediate(done));
  }
  throw new Error(`not in time: ${what}`);
};
const lineOf = (server, id) => until(`a line with ${id}`, () => server.log().split('\n').find(line => line.includes(id)));

test('each answer names its request, and so do its log line and its problem', async () => {
  const server = await startServer({args: ['--log-access']});
  const answer = await fetch(`${server.url}/api/v1/nowhere`);
  const id = answer.headers.get('x-request-id');
  assert.match(id, /^req-[0-9a-f]{16}$/);
  assert.equal((await answer.json()).request_id, id);
  assert.match(await lineOf(server, id), /event=http\.request id=req-\S+ client=127\.0\.0\.1 method=GET route=- status=404/);
  const other = await fetch(`${server.url}/robots.txt`, {headers: {'x-request-id': 'mine'}});
  assert.notEqual(other.headers.get('x-request-id'), 'mine', 'a stranger names nothing');
  await server.stop();
});

test('a listed proxy may name the request, in plain characters', async () => {
  const server = await startServer({args: ['--log', 'json', '--log-access', '--trusted-proxy', '127.0.0.1/32']});
  const ask = async given =>
    (await fetch(`${server.url}/robots.txt`, {headers: {'x-request-id': given}})).headers.get('x-request-id');
  assert.equal(await ask('edge-7.A_b'), 'edge-7.A_b');
  for (const bad of ['a b', 'x"y', 'é', 'x'.repeat(65)]) assert.match(await ask(bad), /^req-/, bad);
  const line = JSON.parse(await lineOf(server, 'edge-7.A_b'));
  assert.equal(line.event, 'http.request');
  assert.equal(line.level, 'info');
  assert.equal(line.id, 'edge-7.A_b');
  assert.equal(line.status, 200);
  assert.equal(line.route, '/robots.txt');
  assert.ok(Number.isInteger(line.took_us) && !Number.isNaN(Date.parse(line.time)));
  await server.stop();
  for (const text of server.log().split('\n').filter(row => row.startsWith('{'))) JSON.parse(text);
});

test('a level and a form that are none are refused', async () => {
  for (const word of ['loud', 'info,xml', ''])
    assert.equal((await runCommand(['version', '--log', word])).code === 0, false, word);
});
