// The demo from outside: it fills an empty store, leaves it without a violation and serving, and refuses a second time.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {newStore, runCommand, startServer} from '../../../../tests/lib/server.mjs';

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
  } finally {
    await server.stop();
  }
});
