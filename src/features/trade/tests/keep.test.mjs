// The store of the records in a backup: it comes back with the rest, whole. engines: sqlite postgres
import assert from 'node:assert/strict';
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {newStore, runCommand, startServer} from '../../../../tests/lib/server.mjs';
import {openPond, until} from '../../../../tests/lib/wheel.mjs';

const file = who => ['Date,Importer,Exporter,HS code,Product description,Country of origin',
  ...Array.from({length: 40}, (_, i) =>
    `2025-03-${10 + i % 20},${who} Trading,Hill Works,690721,Tile ${i},CHINA`)].join('\n');

test('records come back from a backup; a file that waited is said to be gone', async t => {
  const pond = await openPond();
  const folder = mkdtempSync(join(tmpdir(), 'millpond-trade-'));
  t.after(() => rmSync(folder, {recursive: true, force: true}));
  const bearer = {cookie: `mp=${pond.merchantToken}`};
  const desk = () => pond.server.client({headers: bearer});
  async function upload(who) {
    const form = new FormData();
    form.append('file', new Blob([file(who)], {type: 'text/csv'}), `${who}-import.csv`);
    const sent = await desk().post('/console/reef/trade/imports', form);
    assert.equal(sent.status, 303, sent.text);
    return sent.location.split('/').at(-1);
  }
  const anna = await upload('anna');
  await pond.console('POST', `/trade/imports/${anna}/start`, {});
  await until(() => pond.console('GET', `/trade/imports/${anna}`), now => now.state === 'done');
  const berta = await upload('berta');
  const copy = join(folder, 'copy');
  const made = await runCommand(['backup', ...pond.store.args, copy]);
  assert.equal(made.code, 0, made.stderr);
  assert.equal(existsSync(join(copy, 'trade.db')), pond.store.dbUrl === null);
  // What happens after the backup is not in it.
  await pond.console('DELETE', `/trade/imports/${anna}`);
  await until(() => pond.console('GET', '/trade/records'), list => list.items.length === 0);
  await pond.close();

  const fresh = await newStore();
  t.after(() => fresh.remove());
  const restored = await runCommand(['restore', '--force', ...fresh.args, copy]);
  assert.equal(restored.code, 0, restored.stderr);
  const verified = await runCommand(['verify', ...fresh.args]);
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  const server = await startServer({store: fresh});
  try {
    const again = server.client({headers: bearer});
    const found = await again.get('/console/reef/trade?q=tile');
    assert.match(found.text, /anna Trading/);
    const gone = await again.get(`/console/reef/trade/imports/${berta}`);
    assert.equal(gone.status, 200);
    assert.match(gone.text, /no longer here/);
    const removed = await again.post(`/console/reef/trade/imports/${berta}/remove`, {});
    assert.equal(removed.status, 303, removed.text);
  } finally {
    await server.stop();
  }
});
