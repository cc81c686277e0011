// bench_start: how long `serve` takes until it answers, what it keeps in memory when nobody asks, how large the program is.
//
//   node tests/bench/start.mjs [--engine sqlite|postgres] [--rounds 9]
//
// Start: from running the program, with the demo stored, until GET /healthz is answered; and until a product's page is.
// Memory: five seconds after the page was answered, parent and child together; "own" is what they share with no file.
import {execFileSync, spawn} from 'node:child_process';
import {copyFileSync, existsSync, mkdtempSync, rmSync, statSync} from 'node:fs';
import {request} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {parseArgs} from 'node:util';

process.env.MILLPOND_BIN ??= 'build/millpond';
const {childrenOf, freePort, median, memoryOf, print} = await import('./lib/measure.mjs');
const {newStore, runCommand} = await import('../lib/server.mjs');

const {values: flags} = parseArgs({options: {
  engine: {type: 'string', default: 'sqlite'},
  rounds: {type: 'string', default: '9'},
}});
const PRODUCT = '/s/reef/p/reef-one-piece', IDLE_MS = 5000, PAGE_MS = 2;

const ask = (port, path) => new Promise(done => request({port, path, agent: false}, answer => {
  answer.resume().on('end', () => done(answer.statusCode));
}).on('error', () => done(0)).end());

async function answered(port, path) {
  for (;;) {
    const status = await ask(port, path);
    if (status === 200) return performance.now();
    if (status !== 0) throw new Error(`${path}: ${status}`);
    await delay(PAGE_MS);
  }
}

async function startOnce(store, looksAtMemory) {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(process.env.MILLPOND_BIN, ['serve', ...store.args, '--listen', `127.0.0.1:${port}`],
    {stdio: ['ignore', 'ignore', 'inherit']});
  const run = {healthy: await answered(port, '/healthz') - began, page: await answered(port, PRODUCT) - began};
  if (looksAtMemory) {
    await delay(IDLE_MS);
    const all = [child.pid, ...childrenOf(child.pid)].map(memoryOf);
    run.resident = all.reduce((sum, memory) => sum + memory.resident, 0);
    run.own = all.reduce((sum, memory) => sum + memory.own, 0);
  }
  const closed = new Promise(done => child.on('close', done));
  child.kill('SIGTERM');
  await closed;
  return run;
}

function strippedMiB(path) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-start-')), copy = join(folder, 'program');
  copyFileSync(path, copy);
  execFileSync('strip', [copy]);
  const {size} = statSync(copy);
  rmSync(folder, {recursive: true});
  return size / 1048576;
}

const store = await newStore(flags.engine);
const made = await runCommand(['demo', ...store.args]);
if (made.code !== 0) throw new Error(made.stderr);
const runs = [];
for (let i = 0; i < Number(flags.rounds); i++) runs.push(await startOnce(store, i === 0));
const file = join(store.dataDir, 'millpond.db');
const storeMiB = existsSync(file) ? statSync(file).size / 1048576 : undefined;
store.remove();
const figures = {engine: flags.engine, store_mib: storeMiB, healthy_ms: median(runs.map(run => run.healthy)),
  page_ms: median(runs.map(run => run.page)), resident_mib: runs[0].resident, own_mib: runs[0].own,
  program_mib: strippedMiB(process.env.MILLPOND_BIN),
  media_mib: strippedMiB(join(process.env.MILLPOND_BIN, '../millpond-media'))};
print({
  bench: 'start',
  method: `\`millpond serve\` on the demo, ${flags.engine}; median of ${flags.rounds} starts`,
  figures,
  rows: [
    {what: 'from start to the first answer (/healthz)', value: figures.healthy_ms, unit: 'ms', target: {most: 200}},
    {what: "from start to a product's page", value: figures.page_ms, unit: 'ms'},
    {what: 'idle memory, resident, parent and child', value: figures.resident_mib, unit: 'MiB', target: {most: 30}},
    {what: 'idle memory that is shared with no file', value: figures.own_mib, unit: 'MiB'},
    {what: 'the program, stripped', value: figures.program_mib, unit: 'MiB', target: {most: 10}},
    {what: 'the program for pictures, stripped', value: figures.media_mib, unit: 'MiB'},
  ],
});
process.exit(0);
