// A disk that is full or read-only, at the start and under a running server: said in words, nothing acknowledged is lost,
// and when there is room again it goes on. The disks are small tmpfs in a mount namespace of this test's own, since root
// writes to everything that only has the wrong mode. engines: sqlite
import assert from 'node:assert/strict';
import {execFileSync, spawnSync} from 'node:child_process';
import {appendFileSync, readFileSync, rmSync, statfsSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {newStore, runCommand, startServer} from '../lib/server.mjs';
import {ADDRESS, ok, openPond, until} from '../lib/wheel.mjs';

const isInside = process.env.MILLPOND_TEST_OWN_MOUNTS === '1';

async function disk(size) {
  const store = await newStore('sqlite');
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', store.dataDir]);
  const remount = how => execFileSync('mount', ['-o', `remount,${how}`, store.dataDir]);
  const filler = join(store.dataDir, 'filler');
  return {...store, remount,
    fill(left = 0) { // to the last page, or so many bytes less
      const free = () => { const {bavail, bsize} = statfsSync(store.dataDir); return bavail * bsize; };
      for (const part of [1 << 20, 1 << 16, 4096]) {
        while (free() - part >= left) {
          try { appendFileSync(filler, Buffer.alloc(part)); } catch (error) { assert.equal(error.code, 'ENOSPC'); break; }
        }
      }
      if (left === 0) assert.equal(free(), 0);
    },
    empty: () => rmSync(filler),
    remove() { execFileSync('umount', ['-l', store.dataDir]); store.remove(); }};
}

const order = pond => ({lines: [{variant: pond.product.variants[0].id, quantity: 1}], ...ADDRESS});
// Orders until the disk takes no more, and then a few; the answers by key.
async function orderUntilRefused(pond, name) {
  const answers = new Map();
  for (let i = 0, refused = 0; refused < 3; i++) {
    assert.ok(i < 400, 'the disk is never full');
    const key = `${name}-${i}`;
    const person = await pond.guestOf(key);
    const answer = person && await person('POST', '/api/v1/shops/reef/orders', order(pond), {'idempotency-key': key});
    if (answer === null || answer.status === 503) refused++;
    if (answer) answers.set(key, {person, answer});
  }
  return answers;
}

async function openShop(store) {
  const pond = await openPond({store, stock: 5000});
  // Her own account for every order (a buyer may hold a few only), or null when the disk takes not even that.
  pond.guestOf = async name => {
    const made = await pond.server.client().api('POST', '/api/v1/guests', {name});
    if (made.status === 503) { assertInWords(made); return null; }
    const {token} = await ok(made);
    return (method, path, body, headers) =>
      pond.server.client().api(method, path, body, {authorization: `Bearer ${token}`, ...headers});
  };
  return pond;
}

function assertInWords(answer) {
  assert.equal(answer.status, 503, answer.text);
  const problem = answer.json();
  assert.match(problem.detail, /nothing (was changed|is lost|was lost)|could not see/i, answer.text);
}

// What happens while nothing can be written, and after.
async function throughTrouble(pond, trouble, relief, name) {
  const buyer = await pond.guestOf('early');
  const early = await ok(buyer('POST', '/api/v1/shops/reef/orders', order(pond), {'idempotency-key': `${name}-early`}));
  trouble();
  const answers = await orderUntilRefused(pond, name);
  for (const {answer} of answers.values()) if (answer.status !== 201) assertInWords(answer);
  const late = await buyer('POST', '/api/v1/shops/reef/orders', order(pond), {'idempotency-key': `${name}-late`});
  assertInWords(late);
  assert.equal((await buyer('GET', `/api/v1/orders/${early.id}`)).status, 200); // reading goes on
  assert.equal((await pond.server.client().get('/s/reef')).status, 200);
  const ill = await fetch(`${pond.server.url}/healthz`);
  assert.equal(ill.status, 503);
  assert.match((await ill.json()).trouble, /disk is full/);
  relief();
  await until(() => fetch(`${pond.server.url}/healthz`), health => health.ok); // a while after the last write that failed
  for (const [key, {person, answer}] of answers) {
    const again = await ok(person('POST', '/api/v1/shops/reef/orders', order(pond), {'idempotency-key': key}));
    if (answer.status === 201) assert.equal(again.id, answer.json().id);
  }
  const made = await ok(buyer('POST', '/api/v1/shops/reef/orders', order(pond), {'idempotency-key': `${name}-late`}));
  assert.equal(made.state, 'placed');
  assert.equal((await ok(buyer('GET', `/api/v1/orders/${early.id}`))).id, early.id);
}

async function closeAndVerify(pond) {
  await pond.server.stop();
  const verified = await pond.verify();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  await pond.smtp.stop();
  pond.store.remove();
}

if (isInside) {
  test('a disk that fills up and is emptied again', async () => {
    const store = await disk('48m');
    const pond = await openShop(store);
    await throughTrouble(pond, store.fill, store.empty, 'full');
    await closeAndVerify(pond);
  });

  test('customs records stop going in while orders have room, it is said, and they go on', {timeout: 180_000}, async () => {
    const LINES = 12_000;
    const store = await disk('256m');
    const pond = await openShop(store);
    const desk = pond.server.client({headers: {cookie: `mp=${pond.merchantToken}`}});
    const line = (who, i) => `2025-03-${10 + i % 20},${who} ${i % 50} Trading,Hill Works,6907${10 + i % 80},` +
      `Tile ${i} of ${who} with words of its own ${i * 7},CHINA`;
    const upload = who => {
      const form = new FormData();
      const lines = Array.from({length: LINES}, (_, i) => line(who, i));
      const file = ['Date,Importer,Exporter,HS code,Product description,Country of origin', ...lines, ''].join('\n');
      form.append('file', new Blob([file], {type: 'text/csv'}), `${who}-import.csv`);
      return desk.post('/console/reef/trade/imports', form);
    };
    const stateOf = id => pond.console('GET', `/trade/imports/${id}`);
    const found = async who => (await pond.console('GET', `/trade/records?q=${who}`)).items.length;
    // In part, then the disk as `fill` leaves it.
    const takeIn = async (who, fill) => {
      const sent = await upload(who);
      assert.equal(sent.status, 303, sent.text);
      const id = sent.location.split('/').at(-1);
      await pond.console('POST', `/trade/imports/${id}/start`, {});
      await until(() => stateOf(id), now => now.records > 0);
      fill();
      return {id, path: sent.location, held: await until(() => stateOf(id), now => now.state !== 'running')};
    };
    const goOn = async ({id, path}) => {
      const page = await desk.get(path);
      assert.match(page.text, /The disk is full\. Records taken in so far: [\d,]+;/);
      assert.match(page.text, /action="[^"]*\/continue"/);
      const early = await desk.post(`${path}/continue`, {});
      assert.equal(early.status, 503, early.text);
      assert.match(early.text, /The disk is full/);
      store.empty();
      const pressed = await until(() => desk.post(`${path}/continue`, {}), answer => answer.status !== 503);
      assert.equal(pressed.status, 303, pressed.text);
      const done = await until(() => stateOf(id), now => now.state === 'done', 120_000);
      assert.deepEqual([done.records, done.problems], [LINES, 0]);
    };

    const anna = await takeIn('anna', () => store.fill(16 << 20));
    assert.equal(anna.held.state, 'stopped');
    assert.ok(anna.held.records > 0 && anna.held.records < LINES, JSON.stringify(anna.held));
    assert.equal(anna.held.records % 250, 0, 'whole batches');
    assert.match(anna.held.reason, /The disk is full\. Records taken in so far: [\d,]+; the rest is not in yet/);
    const buyer = await pond.guestOf('beside');
    await ok(buyer('POST', '/api/v1/shops/reef/orders', order(pond), {'idempotency-key': 'beside'}));
    assert.equal(await found('anna'), 30);
    await goOn(anna);

    const berta = await takeIn('berta', () => store.fill());
    assert.equal(berta.held.state, 'stopped');
    assert.ok(berta.held.records < LINES, JSON.stringify(berta.held));
    assert.equal(await found('berta'), 30);
    const refused = await upload('carla');
    assert.equal(refused.status, 503, refused.text);
    await goOn(berta);
    assert.equal((await upload('carla')).status, 303);
    const csv = await desk.get('/console/reef/trade/records.csv');
    assert.equal(csv.text.trim().split('\r\n').length, 2 * LINES + 1);
    await closeAndVerify(pond);
  });

  test('a limit of the size of files, set under a running server and lifted again', {timeout: 60_000}, async () => {
    const store = await newStore('sqlite');
    const pond = await openShop(store);
    const child = readFileSync(`/proc/${pond.server.pid}/task/${pond.server.pid}/children`, 'utf8').trim();
    const limit = size => execFileSync('prlimit', ['--pid', child, `--fsize=${size}:unlimited`]);
    await throughTrouble(pond, () => limit(4096), () => limit('unlimited'), 'limit');
    assert.equal(
      readFileSync(`/proc/${pond.server.pid}/task/${pond.server.pid}/children`, 'utf8').trim(),
      child,
      'never killed',
    );
    await closeAndVerify(pond);
  });

  test('starting on a full disk, and on a read-only one', async () => {
    for (const size of ['64k', '300k']) {
      const small = await disk(size);
      const full = await runCommand(['serve', ...small.args, '--listen', '127.0.0.1:0']);
      assert.equal(full.code, 7, full.stdout + full.stderr);
      assert.match(full.stderr, /full|room/i);
      small.remove();
    }
    const empty = await disk('40m');
    empty.remount('ro');
    const fresh = await runCommand(['serve', ...empty.args, '--listen', '127.0.0.1:0']);
    assert.equal(fresh.code, 7, fresh.stdout + fresh.stderr);
    assert.match(fresh.stderr, /cannot be written|read-only/i);
    assert.ok(fresh.stderr.includes(empty.dataDir), fresh.stderr);
    empty.remount('rw');
    await (await startServer({store: empty})).stop();
    empty.remount('ro');
    const used = await runCommand(['serve', ...empty.args, '--listen', '127.0.0.1:0']);
    assert.equal(used.code, 7, used.stdout + used.stderr);
    assert.match(used.stderr, /cannot be written|read-only/i);
    empty.remount('rw');
    await (await startServer({store: empty})).stop();
    empty.remove();
  });
} else {
  test('in a mount namespace of its own', () => {
    const env = {...process.env, MILLPOND_TEST_OWN_MOUNTS: '1'};
    delete env.NODE_TEST_CONTEXT;
    const how = process.getuid() === 0 ? '-m' : '-rm';
    const result = spawnSync('unshare', [how, process.execPath, '--test', fileURLToPath(import.meta.url)], {
      env,
      encoding: 'utf8',
    });
    assert.equal(result.status, 0, result.stdout + result.stderr);
    assert.match(result.stdout, /^# pass 4$/m);
  });
}
