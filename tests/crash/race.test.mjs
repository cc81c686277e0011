// Races for few pieces (F14): 200 buyers for 50 pieces, and seeded runs of 500 shoppers for 50 pieces who send things
// twice and ask again, while the server is killed at random moments. No piece is sold twice, no key makes two orders, and
// the last order's number tells that there are no others. MILLPOND_TEST_TIER=long: 100 seeds; MILLPOND_SEED=N: that one;
// MILLPOND_SEEDS=A-B: these.
// engines: sqlite postgres
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {openRace, seeded} from '../lib/race.mjs';

const PIECES = 50, SHOPPERS = 500;
const isLong = process.env.MILLPOND_TEST_TIER === 'long';
const {MILLPOND_SEED: one, MILLPOND_SEEDS: some} = process.env;
const [first, last] = one ? [one, one].map(Number) : some ? some.split('-').map(Number) : [1, isLong ? 100 : 2];
const seeds = Array.from({length: last - first + 1}, (_, i) => first + i);
const FIRST_NUMBER = 1000;

async function close(pond) {
  await pond.server.stop();
  const verified = await pond.verify();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  await pond.restart();
  await pond.close();
}

test('200 buyers for 50 pieces: 50 sold, 150 told that it is sold out, no 5xx', {timeout: 240_000}, async () => {
  const race = await openRace({shoppers: 200});
  const faults = {act() {}, mayRetry: () => false, back: async () => {}};
  const outcome = await race.run({seed: 0, pieces: PIECES, faults});
  assert.deepEqual(outcome, {sold: PIECES, told: 150, on_hand: 0, held: 0, newest: FIRST_NUMBER + PIECES});
  await close(race.pond);
});

test(`${seeds.length} runs of 500 shoppers for 50 pieces, with kills`, {timeout: 3_600_000}, async t => {
  const race = await openRace({shoppers: SHOPPERS});
  const {pond} = race;
  const port = pond.server.port;
  let kills = 0;
  for (const [run, seed] of seeds.entries()) {
    const random = seeded(seed * 7919);
    let up = Promise.resolve(), isDown = false, acts = 0, left = 3;
    const gap = () => acts + 60 + Math.floor(random() * 250);
    let next = gap();
    const faults = {
      act() {
        if (++acts < next || left === 0 || isDown) return;
        left--;
        kills++;
        isDown = true;
        up = pond.server.kill9().then(() => pond.restart(port)).then(() => { isDown = false; next = gap(); });
      },
      // Refused while it goes down or comes up; a server that stands answers.
      mayRetry: what => isDown || what instanceof Error,
      back: () => up,
    };
    const outcome = await race.run({seed, pieces: PIECES, faults});
    assert.deepEqual(outcome, {sold: PIECES, told: SHOPPERS - PIECES, on_hand: 0, held: 0,
      newest: FIRST_NUMBER + PIECES * (run + 1)}, `seed ${seed}; again: MILLPOND_SEED=${seed}`);
  }
  t.diagnostic(`${seeds.length} runs, ${kills} kills`);
  assert.ok(kills >= seeds.length);
  await close(pond);
});
