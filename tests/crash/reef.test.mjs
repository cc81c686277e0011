// 200 shoppers at once comment the hashtag of a post whose product has 50 pieces: exactly 50 orders are paid, 150 people
// are told, nothing is left over, nothing answers 5xx. Then the same while the server is killed at seeded random moments:
// what was acknowledged is there, once.
// engines: sqlite postgres
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {ADDRESS, openPond, until} from '../lib/wheel.mjs';

const SHOPPERS = 200, STOCK = 50;
const one = [{sku: 'MUG', options: ['One'], price: '49.00'}];

// A seeded generator (mulberry32), so that a failing run can be replayed: MILLPOND_SEED=... node --test ...
const seed = Number(process.env.MILLPOND_SEED ?? 20261121);
let state = seed;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}

const SHOP_MS = 200_000; // then a shopper says what she saw last

// One shopper, from a comment to an end: 'paid' or 'told'. Every step may be repeated with its own key, so a shopper whose
// server went away asks again.
async function shop(pond, person, steps) {
  const attempt = async (what, act) => {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        if (!steps.mayRetry(error)) throw error;
        await steps.back();
      }
    }
  };
  const key = what => `${what}-${person.name}`;
  const late = performance.now() + SHOP_MS;
  await attempt('comment', () => person.comment('#reef', key('comment')));
  const {id} = await attempt('hear', () => person.conversation());
  const seen = new Set();
  for (;;) {
    const list = await attempt('read', () => person.messages(id));
    const newest = list.find(m => m.from === 'bot');
    if (performance.now() > late) throw new Error(`${person.name} came to no end; last seen ${JSON.stringify(newest)}`);
    const live = (newest?.buttons ?? []).filter(b => b.is_live);
    const door = live.find(b => b.url?.includes('/pay/test/'));
    const pay = live.find(b => b.is_main && b.token && /49\.00/.test(b.label));
    if (/sold out/i.test(newest?.text ?? '')) return 'told';
    if (/paid/i.test(newest?.text ?? '') && !door && !pay) return 'paid';
    if (newest?.form === 'address' && !seen.has('address')) {
      await attempt('address', () =>
        person.say(id, {form: 'address', ...ADDRESS, email: `${person.name}@pond.example`}, key('address')),
      );
      seen.add('address');
    } else if (door && !seen.has('door')) {
      await attempt('pay', () => person.pay(door.url));
      seen.add('door');
    } else if (pay && !seen.has(pay.token)) {
      await attempt('tap', () => person.say(id, {token: pay.token}, key(`pay-${seen.size}`)));
      seen.add(pay.token);
    }
  }
}

async function count(pond, outcomes) {
  const told = outcomes.filter(o => o === 'told').length;
  const paid = outcomes.filter(o => o === 'paid').length;
  const [line] = (await pond.console('GET', `/products/${pond.product.id}/stock`)).items;
  await pond.server.stop();
  const verified = await pond.verify();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  assert.deepEqual({paid, told, on_hand: line.on_hand, held: line.held},
    {paid: STOCK, told: SHOPPERS - STOCK, on_hand: 0, held: 0});
}

test('200 shoppers for 50: exactly 50 paid, 150 told, no 5xx', {timeout: 240_000}, async () => {
  const pond = await openPond({stock: STOCK, variants: one});
  const people = await Promise.all(Array.from({length: SHOPPERS}, (_, i) => pond.guest(`shopper${i}`)));
  const steps = {mayRetry: () => false, back: async () => {}};
  const outcomes = await Promise.all(people.map(person => shop(pond, person, steps)));
  await count(pond, outcomes);
  await pond.restart();
  await pond.close();
});

test(`the same, killed at random moments (seed ${seed})`, {timeout: 300_000}, async () => {
  const pond = await openPond({stock: STOCK, variants: one});
  const people = await Promise.all(Array.from({length: SHOPPERS}, (_, i) => pond.guest(`shopper${i}`)));
  let up = Promise.resolve(), kills = 0, acts = 0, nextKill = 150 + Math.floor(random() * 250);
  const port = pond.server.port;
  async function killAndRestart() {
    kills++;
    await pond.server.kill9();
    await pond.restart(port);
  }
  const steps = {
    // The connection broke, or the server that answers is on its way down or up.
    mayRetry: error => /ECONNRESET|ECONNREFUSED|EPIPE|socket hang up/.test(`${error.code} ${error.message}`),
    back: () => up,
  };
  pond.onCall = () => {
    if (++acts >= nextKill && kills < 5) {
      nextKill = acts + 150 + Math.floor(random() * 250);
      up = up.then(killAndRestart);
    }
  };
  const outcomes = await Promise.all(people.map(person => shop(pond, person, steps)));
  await up;
  assert.equal(kills, 5);
  await count(pond, outcomes);
  await pond.restart();
  await pond.close();
});
