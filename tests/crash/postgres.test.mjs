// PostgreSQL is killed and started again in the midst of a race for the last pieces (F9): what was acknowledged is there,
// nothing is sold twice, and the server goes on by itself as soon as the database is back.
// engines: postgres
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {openRace, seeded} from '../lib/race.mjs';
import {startOwnPostgres} from '../lib/postgres.mjs';
import {newStore} from '../lib/server.mjs';
import {until} from '../lib/wheel.mjs';

const PIECES = 50, SHOPPERS = 150, KILLS = 3;
const childOf = pid => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
const random = seeded(Number(process.env.MILLPOND_SEED ?? 20261122));

test('the database goes away and comes back: one order per key, none lost', {timeout: 300_000}, async t => {
  const cluster = await startOwnPostgres();
  t.after(() => cluster.stop());
  const own = await newStore('sqlite'); // its data folder
  const dbUrl = await cluster.createDatabase();
  const store = {...own, engine: 'postgres', dbUrl, args: ['--data', own.dataDir, '--db', dbUrl]};
  const race = await openRace({shoppers: SHOPPERS, store});
  const health = () => fetch(`${race.pond.server.url}/healthz`).catch(error => ({ok: false, error: error.cause}));
  const first = childOf(race.pond.server.pid);
  let up = Promise.resolve(), isDown = false, acts = 0, kills = 0, refused = 0;
  const gap = () => acts + 40 + Math.floor(random() * 120);
  let next = gap();
  const faults = {
    act() {
      if (++acts < next || kills === KILLS || isDown) return;
      kills++;
      isDown = true;
      up = cluster.kill9()
        .then(() => cluster.start())
        .then(() => until(health, answer => answer.ok, 20_000).catch(error => {
          throw new Error(`${error.message}\n${race.pond.server.log().slice(-4000)}`);
        }))
        .then(() => { isDown = false; next = gap(); });
    },
    // 503 is the answer while there is no database, and of a connection that was lost meanwhile.
    mayRetry: what => { refused++; return what instanceof Error || what.status === 503; },
    back: () => up,
  };
  const outcome = await race.run({seed: 1, pieces: PIECES, faults});
  assert.deepEqual(outcome, {sold: PIECES, told: SHOPPERS - PIECES, on_hand: 0, held: 0, newest: 1000 + PIECES});
  assert.equal(kills, KILLS);
  assert.ok(refused > 0, 'nobody noticed');
  assert.equal(childOf(race.pond.server.pid), first, `the server ended:\n${race.pond.server.log().slice(-3000)}`);
  await race.pond.server.stop();
  const verified = await race.pond.verify();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  await race.pond.smtp.stop();
  own.remove();
  t.diagnostic(`${kills} kills, ${refused} refusals`);
});
