// A power cut while customers and past orders come in, and while the people of a demo act: after the next start the
// import goes on to its end and counts nobody twice, and verify finds nothing wrong.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {newStore, runCommand, startServer} from '../lib/server.mjs';
import {openPond, until} from '../lib/wheel.mjs';

const PEOPLE = 1000;
const numbers = Array.from({length: PEOPLE}, (_, i) => i + 1);
const CUSTOMERS = ['Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Phone,Total Spent,Total Orders,Note',
  ...numbers.map(n => `${n},Nr,${n},nr${n}@x.example,${n % 2 ? 'yes' : 'no'},,10.00,1,`), ''].join('\n');
const ORDERS = ['Name,Email,Financial Status,Accepts Marketing,Currency,Total,Created at,Lineitem quantity,' +
  'Lineitem name,Billing Name,Cancelled at,Refunded Amount,Id',
  ...numbers.map(n => `#${n},nr${n % 500 + 1}@x.example,paid,no,EUR,50.00,2026-03-01 10:22:31 +0100,2,Cup,Nr ${n},,` +
    `0.00,${n}`), ''].join('\n');

for (const [name, text] of [['customers', CUSTOMERS], ['past orders', ORDERS]]) {
  test(`${name} come in once, however often the server is killed`, {timeout: 240_000}, async t => {
    const pond = await openPond();
    t.after(() => pond.close());
    const desk = () => pond.server.client({headers: {cookie: `mp=${pond.merchantToken}`}});
    const form = new FormData();
    form.append('file', new Blob([text], {type: 'text/csv'}), 'people.csv');
    const sent = await desk().post('/console/reef/import', form);
    assert.equal(sent.status, 303, sent.text);
    const path = sent.location.split('/').at(-1);
    const state = () => pond.console('GET', `/imports/${path}`);
    const checked = await until(state, now => now.state === 'checked');
    assert.deepEqual([checked.created, checked.problem_count], [PEOPLE, 0]);
    const starts = await Promise.all([1, 2, 3].map(() => desk().post(`${sent.location}/start`, {})));
    assert.equal(starts.filter(answer => answer.status === 303).length >= 1, true);
    assert.ok(starts.every(answer => answer.status < 500), starts.map(answer => answer.status).join());
    for (let kills = 0, seen = 0; kills < 3; kills++) {
      const now = await until(state, found => found.created > seen || found.state === 'done');
      seen = now.created;
      await pond.server.kill9();
      const verified = await pond.verify();
      assert.equal(verified.code, 0, verified.stdout + verified.stderr);
      await pond.restart();
    }
    const done = await until(state, now => now.state === 'done');
    assert.deepEqual([done.created, done.changed, done.unchanged, done.problem_count], [PEOPLE, 0, 0, 0]);
    const again = await desk().post(`${sent.location}/start`, {});
    assert.ok(again.status >= 400 && again.status < 500, `${again.status}`);
  });
}

test('people of a demo may be cut off at any moment', {timeout: 240_000}, async () => {
  const store = await newStore();
  const made = await runCommand(['demo', '--small', '--alive', ...store.args]);
  assert.equal(made.code, 0, made.stderr);
  const env = {MILLPOND_DEMO_ALIVE_PAUSE_MS: '10'};
  for (let kills = 0; kills < 4; kills++) {
    const server = await startServer({store, env, args: ['--rate-percent', '0']});
    const commits = async () => (await (await fetch(`${server.url}/healthz`)).json()).commits;
    const begun = await commits();
    await until(commits, now => now > begun + 20 + 13 * kills);
    await server.kill9();
    const verified = await runCommand(['verify', ...store.args]);
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  }
  store.remove();
});
