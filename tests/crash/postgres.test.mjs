// PostgreSQL is killed and started again in the midst of a race for the last pieces (F9): what was acknowledged is there,
// nothing is sold twice, and the server goes on by itself as soon as the database is back.
// engines: postgres
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {openRace, seeded} from '../lib/race.mjs';
import {startOwnPostgres} from '../lib/postgres.mjs';
import {newStore, startServer} from '../lib/server.mjs';
import {until} from '../lib/wheel.mjs';

const PIECES = 50, SHOPPERS = 150, KILLS = 3;
const childOf = pid => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
const random = seeded(Number(process.env.MILLPOND_SEED ?? 20261122));

// A cluster that may be killed, and a store on it.
async function ownStore(t) {
  const cluster = await startOwnPostgres();
  t.after(() => cluster.stop());
  const own = await newStore('sqlite'); // its data folder
  t.after(() => own.remove());
  const dbUrl = await cluster.createDatabase();
  return {cluster, store: {...own, engine: 'postgres', dbUrl, args: ['--data', own.dataDir, '--db', dbUrl]}};
}
const health = server => fetch(`${server.url}/healthz`).catch(error => ({ok: false, error: error.cause}));

test('the program crashes while the database is away: it serves again by itself once that is back', async t => {
  const {cluster, store} = await ownStore(t);
  const server = await startServer({store});
  const children = new Set([childOf(server.pid)]);
  await cluster.kill9();
  process.kill(Number(childOf(server.pid)), 'SIGKILL');
  // The second, too, finds no database and ends, and there is a third.
  await until(() => children.add(childOf(server.pid)), () => children.size >= 3 + children.has(''), 20_000);
  await cluster.start();
  await until(() => health(server), answer => answer.ok, 30_000);
  await server.stop();
});

test('the database goes away and comes back: one order per key, none lost', {timeout: 300_000}, async t => {
  const {cluster, store} = await ownStore(t);
  const race = await openRace({shoppers: SHOPPERS, store});
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
        .then(() => until(() => health(race.pond.server), answer => answer.ok, 20_000).catch(error => {
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
  t.diagnostic(`${kills} kills, ${refused} refusals`);
});
