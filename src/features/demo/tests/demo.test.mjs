// The demo from outside: it fills an empty store, leaves it without a violation and serving, and refuses a second time.
import assert from 'node:assert/strict';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {deflateSync} from 'node:zlib';
import {after, before, test} from 'node:test';
import {newStore, runCommand, startServer} from '../../../../tests/lib/server.mjs';
import {until} from '../../../../tests/lib/wheel.mjs';

let store, made;

before(async () => {
  store = await newStore();
  made = await runCommand(['demo', '--small', ...store.args]);
});
after(() => store.remove());

test('the demo fills an empty store and says who may log in', () => {
  assert.equal(made.code, 0, made.stderr);
  assert.match(made.stdout, /40 of 40 pictures/);
  assert.match(made.stdout, /\d+ orders and \d+ visits/);
  assert.match(made.stdout, /password {2}\S{10,}/);
});

test('no invariant is violated, and nothing failed for good', async () => {
  const verify = await runCommand(['verify', ...store.args]);
  assert.equal(verify.code, 0, verify.stdout + verify.stderr);
  const parked = await runCommand(['parked', ...store.args]);
  assert.match(parked.stdout, /0 events and 0 jobs/);
});

test('a store that has shops is refused and stays as it was', async () => {
  const again = await runCommand(['demo', '--small', ...store.args]);
  assert.equal(again.code, 5);
  assert.match(again.stderr, /has shops already/);
  assert.doesNotMatch(again.stdout, /password/);
});

// A ladder with a sample, a quotation that was ordered and one that waits, its invoice, and a return.
async function worksSellByTheCarton(http, token) {
  const mine = {authorization: `Bearer ${token}`};
  const read = async path => (await http.api('GET', `/api/v1/${path}`, undefined, mine)).json();
  const [plate] = (await read('shops/jingde/products/everyday-plate')).variants;
  assert.deepEqual([plate.min_quantity, plate.step, plate.sample_price.minor], [6, 6, 1500], JSON.stringify(plate));
  const quotes = (await read('console/jingde/quotes')).items;
  assert.deepEqual(quotes.map(quote => quote.state), ['quoted', 'accepted'], JSON.stringify(quotes));
  const papers = (await read('console/jingde/papers')).items;
  assert.ok(papers.some(paper => paper.order === quotes[1].order), JSON.stringify(papers));
  const returns = (await read('console/jingde/returns')).items;
  assert.deepEqual(returns.map(one => one.state), ['agreed'], JSON.stringify(returns));
}

test('the shops are served, and the merchant logs in with the password printed', async () => {
  const server = await startServer({store});
  try {
    for (const [path, says] of [['/s/reef', 'Reef One-Piece'], ['/s/jingde/p/moon-jar', 'Moon Jar'], ['/s/chaguan', '蒙顶甘露'],
      ['/tag/reef', '#reef']]) {
      const page = await fetch(server.url + path);
      assert.equal(page.status, 200, path);
      assert.ok((await page.text()).includes(says), `${path} says ${says}`);
    }
    const password = made.stdout.match(/password {2}(\S+)/)[1];
    const session = await fetch(`${server.url}/api/v1/sessions`, {method: 'POST',
      headers: {'Content-Type': 'application/json'}, body: JSON.stringify({email: 'marit@example.com', password})});
    assert.equal(session.status, 201, await session.clone().text());
    const {token} = await session.json();
    const orders = await fetch(`${server.url}/api/v1/console/reef/orders`, {headers: {Authorization: `Bearer ${token}`}});
    assert.equal(orders.status, 200);
    const {items} = await orders.json();
    assert.ok(items.length >= 4, `${items.length} orders`);
    const works = await server.client().api('POST', '/api/v1/sessions', {email: 'haoran@example.com', password});
    const trade = await server.client().api('GET', '/api/v1/console/jingde/trade/records', undefined,
      {authorization: `Bearer ${works.json().token}`});
    assert.equal(trade.json().items.length, 30, trade.text);
    await worksSellByTheCarton(server.client(), works.json().token);
  } finally {
    await server.stop();
  }
});

// A picture of one colour, as a camera would not take it.
function drawnPng([r, g, b], side = 40) {
  const table = Uint32Array.from({length: 256}, (_, n) => {
    for (let k = 0; k < 8; k++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
    return n;
  });
  const crc = bytes => bytes.reduce((sum, byte) => (sum >>> 8) ^ table[(sum ^ byte) & 255], ~0) ^ ~0;
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name), data]), out = Buffer.alloc(8);
    out.writeUInt32BE(data.length, 0);
    out.writeInt32BE(crc(body), 4);
    return Buffer.concat([out.subarray(0, 4), body, out.subarray(4)]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.from([0, ...Array.from({length: side}, () => [r, g, b]).flat()]);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.concat(Array(side).fill(row)))), chunk('IEND', Buffer.alloc(0))]);
}

test('photographs of a folder take the place of the pictures they fit, the others are drawn', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'demo-photos-')), other = await newStore();
  try {
    mkdirSync(join(folder, 'shore'));
    writeFileSync(join(folder, 'hat-straw.png'), drawnPng([200, 30, 30]));
    writeFileSync(join(folder, 'shore', 'clay-moon.png'), drawnPng([30, 200, 30]));
    writeFileSync(join(folder, 'portrait-of-nobody.png'), drawnPng([30, 30, 200]));
    writeFileSync(join(folder, 'mug-blue.jpg'), 'this is no picture');
    writeFileSync(join(folder, 'notes.txt'), 'nor is this');
    writeFileSync(
      join(folder, 'LICENSES.csv'),
      'file,title,author,licence\nhat-straw.png,A hat in the sun,Ann Other,CC-BY-4.0\n',
    );
    const run = await runCommand(['demo', '--small', '--photos', folder, ...other.args]);
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stdout, /no picture, left out: notes\.txt/);
    assert.match(run.stdout, /no picture, left out: mug-blue\.jpg/);
    assert.match(run.stdout, /3 of 40 pictures from .*; 1 photographs fit none/);
    assert.match(run.stdout, /40 of 40 pictures/);
    const server = await startServer({store: other});
    try {
      const pageOf = async path => (await fetch(server.url + path)).text();
      const hat = await pageOf('/s/reef/p/wide-straw-hat'), moon = await pageOf('/s/jingde/p/moon-jar');
      assert.match(hat, /A hat in the sun \(Ann Other, CC-BY-4\.0\)/, 'named where the licence asks for it');
      assert.match(moon, /alt="Clay moon"/);
      assert.match(
        await pageOf('/s/jingde/p/two-fires-mug'),
        /Two mugs dipped in two glazes/,
        'drawn, as the file was no picture',
      );
    } finally {
      await server.stop();
    }
  } finally {
    await other.remove();
    rmSync(folder, {recursive: true});
  }
});

test('a folder that is not there is refused before anything is made', async () => {
  const other = await newStore();
  try {
    const run = await runCommand(['demo', '--small', '--photos', '/nowhere/at/all', ...other.args]);
    assert.equal(run.code, 3, run.stdout);
    assert.match(run.stderr, /no folder \/nowhere\/at\/all/);
    assert.equal((await runCommand(['demo', '--small', ...other.args])).code, 0, 'the store is as empty as before');
  } finally {
    await other.remove();
  }
});

test('--help tells its options', async () => {
  const help = await runCommand(['demo', '--help']);
  for (const word of ['--photos FOLDER', '--alive', '--data DIR']) assert.ok(help.stdout.includes(word), word);
});

// ---- alive ----

const ordersOf = async (server, password) => {
  const session = await fetch(`${server.url}/api/v1/sessions`, {method: 'POST',
    headers: {'Content-Type': 'application/json'}, body: JSON.stringify({email: 'marit@example.com', password})});
  const {token} = await session.json();
  return async () => {
    const page = await fetch(`${server.url}/api/v1/console/reef/orders?limit=50`, {
      headers: {Authorization: `Bearer ${token}`},
    });
    return (await page.json()).items;
  };
};

test('people of a demo that is alive visit, comment and buy while it is served; nothing breaks', async () => {
  const awake = await runCommand(['demo', '--alive', ...store.args]);
  assert.equal(awake.code, 0, awake.stderr);
  assert.match(awake.stdout, /awake/);
  const server = await startServer({store, args: ['--rate-percent', '0'], env: {MILLPOND_DEMO_ALIVE_PAUSE_MS: '10'}});
  try {
    const orders = await ordersOf(server, made.stdout.match(/password {2}(\S+)/)[1]);
    const before = new Set((await orders()).map(order => order.id));
    const fresh = await until(orders, now => now.filter(order => !before.has(order.id)).length >= 2, 60000);
    assert.ok(fresh);
  } finally {
    await server.stop();
  }
  const verify = await runCommand(['verify', ...store.args]);
  assert.equal(verify.code, 0, verify.stdout + verify.stderr);
});

test('MILLPOND_DEMO_ALIVE=false lets them sleep, and a store that is no demo stays without them', async () => {
  const asleep = await startServer({store, env: {MILLPOND_DEMO_ALIVE: 'false', MILLPOND_DEMO_ALIVE_PAUSE_MS: '10'}});
  await asleep.stop();
  assert.doesNotMatch(asleep.log(), /event=demo\.alive/);
  const plain = await newStore();
  try {
    const server = await startServer({store: plain, env: {MILLPOND_DEMO_ALIVE: 'true'}});
    await until(() => server.log(), log => /event=demo\.not_alive/.test(log));
    assert.equal((await fetch(`${server.url}/healthz`)).status, 200, 'and is served all the same');
    await server.stop();
    assert.match(server.log(), /not in this store/);
  } finally {
    await plain.remove();
  }
});
