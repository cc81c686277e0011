// A power cut while files of customs records go in and out again: after the next start each goes on to its end, no record
// is there twice and none is lost, and verify finds nothing wrong. On PostgreSQL each kill would wait for a lease of a
// minute to run out. engines: sqlite
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {openPond, until} from '../lib/wheel.mjs';

const LINES = 6000;
const file = who => ['Date,Importer,Exporter,HS code,Product description,Country of origin,Quantity,Total value USD',
  ...Array.from({length: LINES}, (_, i) => `2025-${String(i % 12 + 1).padStart(2, '0')}-11,${who} ${i % 97} Trading,` +
    `Hill ${i % 31} Works,6907${10 + i % 80},Tile ${who} ${i},CHINA,${i + 1},${i}.50`), ''].join('\n');

test('no record is lost or there twice, however often the server is killed', {timeout: 240_000}, async t => {
  const pond = await openPond();
  t.after(() => pond.close());
  const desk = () => pond.server.client({headers: {cookie: `mp=${pond.merchantToken}`}});
  const state = id => pond.console('GET', `/trade/imports/${id}`);
  async function takeIn(who) {
    const form = new FormData();
    form.append('file', new Blob([file(who)], {type: 'text/csv'}), `${who}-import.csv`);
    const sent = await desk().post('/console/reef/trade/imports', form);
    assert.equal(sent.status, 303, sent.text);
    const id = sent.location.split('/').at(-1);
    const starts = await Promise.all([1, 2, 3].map(() => desk().post(sent.location, {do: 'start'})));
    assert.deepEqual(starts.map(answer => answer.status), [303, 303, 303]);
    return id;
  }
  // Kills the server `times` times, each after it got further.
  async function kill(times, look, isOver) {
    for (let kills = 0, seen = await look(); kills < times; kills++) {
      const last = seen;
      seen = await until(look, now => now !== last);
      if (isOver(seen)) return;
      await pond.server.kill9();
      const verified = await pond.verify();
      assert.equal(verified.code, 0, verified.stdout + verified.stderr);
      await pond.restart();
    }
  }
  const ids = [await takeIn('anna'), await takeIn('berta')];
  const sum = async () => (await Promise.all(ids.map(state))).reduce((n, now) => n + now.records, 0);
  await kill(3, sum, n => n === 2 * LINES);
  for (const id of ids) {
    const done = await until(() => state(id), now => now.state === 'done');
    assert.deepEqual([done.records, done.problems], [LINES, 0]);
  }
  await pond.console('DELETE', `/trade/imports/${ids[0]}`);
  const left = async () => {
    const {items} = await pond.console('GET', '/trade/imports');
    return items.find(item => item.id === ids[0])?.records ?? 0;
  };
  await kill(2, left, n => n === 0);
  await until(() => pond.console('GET', '/trade/imports'), list => list.items.length === 1);
  assert.deepEqual((await pond.console('GET', '/trade/records?q=anna')).items, []);
  assert.equal((await state(ids[1])).records, LINES);
  const verified = await pond.verify();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
});
