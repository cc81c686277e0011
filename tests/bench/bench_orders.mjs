// bench_orders: durable orders per second over HTTP. Many shoppers place orders through the JSON API of the real
// program, each order with its own Idempotency-Key, one line, e-mail and address; an order is placed and not paid.
// Load: wrk on the same cores. Every subscriber applies its events meanwhile; the log stays bounded.
//
//   node tests/bench/bench_orders.mjs [--engine sqlite|postgres] [--seconds 8] [--shoppers 20000] [--shape drop,shop]
//     [--connections 64,1000] [--stored 0] [--bare 0] [--dir /var/tmp] [--perf FILE]
//
// drop: everybody wants one product. shop: 1,000 products. Raw fdatasync is measured before each run on the same folder.
// A run of more than ten seconds tells its rate for every ten. A buyer may hold one article 20 times: a drop of five
// minutes takes --shoppers 250000. --stored: so many paid orders are in the store before, copies of some hundred real
// ones (bench_store.c). --bare: seconds of what SQLite alone would do with the same rows, on the same store, in the end.
// CPU is user + system time of the server (and of PostgreSQL) per order.
import {execFileSync, spawn} from 'node:child_process';
import {
  closeSync, fdatasyncSync, mkdtempSync, openSync, readFileSync, rmSync, unlinkSync, writeFileSync, writeSync,
} from 'node:fs';
import {cpus, release} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {parseArgs} from 'node:util';

const {values: flags} = parseArgs({
  options: {
    engine: {type: 'string', default: 'sqlite'},
    seconds: {type: 'string', default: '8'},
    shoppers: {type: 'string', default: '20000'},
    shape: {type: 'string', default: 'drop,shop'},
    perf: {type: 'string'},
    connections: {type: 'string', default: '64,1000'},
    stored: {type: 'string', default: '0'},
    bare: {type: 'string', default: '0'},
    dir: {type: 'string', default: '/var/tmp'},
  },
});
process.env.MILLPOND_BIN ??= 'build/millpond';
process.env.TMPDIR = flags.dir; // where the stores of the tests' library are made
const {newStore, runCommand, startServer} = await import('../lib/server.mjs');
const {agent, call, inTurns, openShop} = await import('./lib/shop.mjs');

const PRODUCTS = 1000, STOCK = 100_000_000, PATTERNS = 500, WARM_SECONDS = 2;
const here = dirname(new URL(import.meta.url).pathname);
const folder = mkdtempSync(join(flags.dir, 'bench-orders-'));
process.on('exit', () => rmSync(folder, {recursive: true, force: true}));
const tick_us = 1e6 / Number(execFileSync('getconf', ['CLK_TCK'], {encoding: 'utf8'}));

// ---- the town ----

function shuffle(list) {
  let state = 1;
  for (let i = list.length - 1; i > 0; i--) {
    state = (state * 48271) % 2147483647;
    const j = state % (i + 1);
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}

async function openTown(shopperCount) {
  const store = await newStore(flags.engine);
  const server = await openServer(store);
  const {token, variants} = await openShop(store, server, PRODUCTS, STOCK);
  const shoppers = await inTurns(shopperCount, async i =>
    (await call(server, 'POST', '/api/v1/guests', {name: `Shopper ${i}`})).token);
  return {store, server, variants, shoppers: shuffle(shoppers), merchant: token};
}

// ---- what is measured ----

// Bytes of 16 KiB, one after the other, as a commit of a few pages would.
function fdatasyncPerSecond() {
  const file = join(folder, 'sync'), bytes = Buffer.alloc(16384, 1), spent = [];
  const fd = openSync(file, 'w');
  for (let i = 0; i < 64; i++) writeSync(fd, bytes, 0, bytes.length, i * bytes.length);
  fdatasyncSync(fd);
  const began = performance.now();
  let count = 0;
  for (; performance.now() - began < 500; count++) {
    writeSync(fd, bytes, 0, bytes.length, count % 64 * bytes.length);
    fdatasyncSync(fd);
  }
  spent.push((performance.now() - began) / 1000);
  closeSync(fd);
  unlinkSync(file);
  return count / spent[0];
}

function ticksOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

const childrenOf = pid =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

function postmasters(store) {
  if (!store.dbUrl) return [];
  const port = new URL(store.dbUrl).port;
  return childrenOf(process.pid).filter(pid => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`-p\0${port}\0`));
}

// Microseconds used so far: the server, its PostgreSQL, the whole machine.
function cpuUsed(town) {
  const store = postmasters(town.store).flatMap(pid => [pid, ...childrenOf(pid)]);
  const all = readFileSync('/proc/stat', 'utf8').split('\n')[0].trim().split(/\s+/).slice(1).map(Number);
  return {server: ticksOf(town.server.pid) * tick_us, store: store.reduce((sum, pid) => sum + ticksOf(pid), 0) * tick_us,
    machine: (all[0] + all[1] + all[2] + all[5] + all[6]) * tick_us, stolen: all[7] * tick_us};
}

const health = town => call(town.server, 'GET', '/healthz');

const order = (town, token, variant) => call(town.server, 'POST', '/api/v1/shops/bench/orders', {
  lines: [{variant, quantity: 1}],
  email: 'last@bench.example',
  country: 'NL',
  name: 'Last',
  line1: 'Prinsengracht 1',
  postcode: '1015 DV',
  city: 'Amsterdam',
}, token);

// The shop numbers its orders without gaps.
async function ordersSoFar(town) {
  town.counter ??= (await call(town.server, 'POST', '/api/v1/guests', {name: 'Counter'})).token;
  return (await order(town, town.counter, town.variants[0])).number;
}

const openServer = store => startServer({store, args: ['--rate-percent', '0', '--no-supervisor', '--log', 'warning']});

function storeTool(...words) {
  const folder = dirname(process.env.MILLPOND_BIN);
  execFileSync('ninja', ['-C', folder, 'bench_store'], {stdio: ['ignore', 'ignore', 'inherit']});
  return execFileSync(join(folder, 'bench_store'), words, {encoding: 'utf8'});
}

const fileOf = town => join(town.store.dataDir, 'millpond.db');

// Some shoppers buy, then buy again and pay; what they paid for is copied until the store holds `wanted` orders.
async function fill(town, wanted) {
  const people = town.shoppers.slice(0, PATTERNS);
  await inTurns(people.length, i => order(town, people[i], town.variants[i]));
  await inTurns(people.length, async i => {
    const {id} = await order(town, people[i], town.variants[i]);
    const {redirect} = await call(town.server, 'POST', `/api/v1/orders/${id}/payments`, {gateway: 'test'}, people[i]);
    const browser = town.server.client(), page = await browser.get(redirect);
    const fields = [...page.text.matchAll(/<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)];
    await browser.post(redirect.split('?')[0], {...Object.fromEntries(fields.map(f => f.slice(1))), decision: 'pay'});
  });
  while ((await health(town)).events_waiting > 0) await delay(10);
  await town.server.stop();
  storeTool('multiply', town.store.dbUrl ?? fileOf(town), String(Math.ceil(wanted / PATTERNS)));
  town.server = await openServer(town.store);
}

function wrk(town, seconds, connections, run) {
  const env = {...process.env, BENCH_SHOPPERS: join(folder, 'shoppers'), BENCH_VARIANTS: join(folder, 'variants'),
    BENCH_RUN: run, BENCH_FIRST: String(town.sent)};
  const child = spawn(
    'wrk',
    [
      '-t1',
      `-c${connections}`,
      `-d${seconds}s`,
      '--timeout', '10s', '--latency', '-s',
      join(here, 'orders.lua'),
      town.server.url,
    ],
    {env, stdio: ['ignore', 'pipe', 'inherit']},
  );
  let text = '';
  child.stdout.on('data', part => { text += part; });
  const one = {pid: child.pid, ticks: 0, over: false};
  one.done = new Promise(done => child.on('close', () => { one.over = true; done(text); }));
  return one;
}

// The percentile of wrk's answer, in milliseconds.
function percentile(text, which) {
  const found = text.match(new RegExp(`${which}%\\s+([\\d.]+)(us|ms|s|m)\\b`));
  if (!found) throw new Error(`wrk says no ${which}%: ${text}`);
  return Number(found[1]) * {us: 0.001, ms: 1, s: 1000, m: 60_000}[found[2]];
}

let runs = 0;
async function load(town, seconds, connections) {
  const raw = fdatasyncPerSecond(), before = await health(town), first = await ordersSoFar(town), cpu = cpuUsed(town);
  const mine = process.cpuUsage(), began = performance.now();
  agent.destroy(); // our idle connections would count with the generator's: one address may hold 1,024
  const generator = wrk(town, seconds, connections, `r${runs++}-${process.pid}`);
  let wal = 0, lag = 0, told = {at: began, commands: before.commands};
  const slices = [];
  while (!generator.over) {
    await Promise.race([delay(100), generator.done]);
    try { generator.ticks = ticksOf(generator.pid); } catch { break; }
    const now = await health(town);
    wal = Math.max(wal, now.wal_bytes);
    lag = Math.max(lag, now.events_waiting);
    if (performance.now() - told.at >= 10_000) {
      slices.push(Math.round((now.commands - told.commands) / (performance.now() - told.at) * 1000));
      told = {at: performance.now(), commands: now.commands};
    }
  }
  const text = await generator.done;
  const after = await health(town), used = cpuUsed(town), took = (performance.now() - began) / 1000;
  const own = process.cpuUsage(mine);
  const orders = await ordersSoFar(town) - first - 1;
  for (const deadline = performance.now() + 60_000; (await health(town)).events_waiting > 0;) {
    if (performance.now() > deadline) throw new Error('events are not applied');
    await delay(10);
  }
  const caught = (performance.now() - began) / 1000 - took;
  if (/Non-2xx|Socket errors/.test(text)) throw new Error(text);
  town.sent += Number(text.match(/(\d+) requests in/)[1]) + connections;
  const per = value => value / orders, commits = after.commits - before.commits, commands = after.commands - before.commands;
  const wrkUs = generator.ticks * tick_us, server = used.server - cpu.server, store = used.store - cpu.store;
  return {
    orders_per_s: orders / took,
    p50_ms: percentile(text, 50),
    p99_ms: percentile(text, 99),
    server_cpu_us: per(server),
    store_cpu_us: per(store),
    writer_cpu_us: per(after.writer_cpu_us - before.writer_cpu_us),
    load_cpu_us: per(wrkUs),
    commits_per_s: commits / took,
    batch: commands / commits,
    commit_ms: (after.commit_us - before.commit_us) / 1000 / commits,
    statements: per(after.statements - before.statements),
    wal_pages: per(after.wal_pages - before.wal_pages),
    checkpoint_share: (after.checkpoint_us - before.checkpoint_us) / 1e6 / took,
    wal_max_mib: wal / 1048576,
    events_waiting_max: lag,
    events_waiting_end: after.events_waiting,
    caught_up_s: caught,
    fdatasync_per_s: raw,
    others_cores: (used.machine - cpu.machine - server - store - wrkUs - own.user - own.system) / 1e6 / took,
    stolen_cores: (used.stolen - cpu.stolen) / 1e6 / took,
    slices,
  };
}

// ---- the runs ----

const rounded = value => Number(value.toPrecision(4));
const columns = {
  shape: 6,
  connections: 6,
  stored: 9,
  orders_per_s: 9,
  p50_ms: 7,
  p99_ms: 7,
  server_cpu_us: 7,
  store_cpu_us: 7,
  writer_cpu_us: 7,
  load_cpu_us: 6,
  commits_per_s: 8,
  batch: 6,
  commit_ms: 7,
  statements: 6,
  wal_pages: 6,
  checkpoint_share: 6,
  wal_max_mib: 6,
  events_waiting_end: 7,
  caught_up_s: 7,
  fdatasync_per_s: 9,
  others_cores: 6,
};
const titles = {
  connections: 'conns',
  orders_per_s: 'orders/s',
  p50_ms: 'p50 ms',
  p99_ms: 'p99 ms',
  server_cpu_us: 'cpu us',
  store_cpu_us: 'pg us',
  writer_cpu_us: 'writer',
  load_cpu_us: 'wrk',
  commits_per_s: 'commit/s',
  commit_ms: 'commit',
  statements: 'stmts',
  wal_pages: 'pages',
  checkpoint_share: 'ckpt',
  wal_max_mib: 'WAL',
  events_waiting_end: 'events',
  caught_up_s: 'caught',
  fdatasync_per_s: 'fdatasync',
  others_cores: 'others',
};

async function main() {
  const town = await openTown(Number(flags.shoppers));
  town.sent = 0;
  const figures = [];
  writeFileSync(join(folder, 'shoppers'), town.shoppers.join('\n') + '\n');
  const shapes = {drop: town.variants.slice(0, 1), shop: town.variants};
  const choose = shape => writeFileSync(join(folder, 'variants'), shapes[shape].join('\n') + '\n');
  choose('shop');
  if (flags.stored !== '0') await fill(town, Number(flags.stored));
  console.log(Object.entries(columns).map(([name, width]) => (titles[name] ?? name).padStart(width)).join(' '));
  for (const shape of flags.shape.split(',')) {
    for (const connections of flags.connections.split(',').map(Number)) {
      choose(shape);
      if (WARM_SECONDS > 0) await load(town, WARM_SECONDS, connections);
      const had = await ordersSoFar(town) - 1000;
      const perf =
        flags.perf &&
        spawn(
          'perf',
          [
            'record',
            '-o',
            resolve(flags.perf),
            ...(process.env.PERF ?? '-g').split(' '),
            '-e', 'cpu-clock', '-F', '499', '-p',
            String(town.server.pid),
            '--',
            'sleep',
            flags.seconds,
          ],
          {stdio: 'ignore'},
        );
      const {slices, ...run} = await load(town, Number(flags.seconds), connections);
      if (perf) await new Promise(done => perf.exitCode === null ? perf.on('close', done) : done());
      const figure = {
        shape,
        connections,
        stored: had,
        ...Object.fromEntries(Object.entries(run).map(([name, value]) => [name, rounded(value)])),
        slices,
      };
      figures.push(figure);
      console.log(Object.entries(columns).map(([name, width]) => String(figure[name]).padStart(width)).join(' '));
      if (slices.length > 0) console.log(`  commands/s in every 10 s: ${slices.join(' ')}`);
    }
  }
  await town.server.stop();
  const began = performance.now(), verify = await runCommand(['verify', ...town.store.args]);
  const verify_s = rounded((performance.now() - began) / 1000);
  console.log(`${verify.stdout.trim().split('\n').at(-1)}, verified in ${verify_s} s`);
  if (verify.code !== 0) throw new Error(`verify: ${verify.stdout}${verify.stderr}`);
  const bare = flags.bare === '0' || town.store.dbUrl ? {} : JSON.parse(storeTool('loop', fileOf(town), flags.bare));
  if (bare.bare_orders_per_s)
    console.log(`SQLite alone with the same rows: ${bare.bare_orders_per_s} orders/s, ${bare.bare_batch_ms} ms a batch`);
  town.store.remove();
  console.log(
    JSON.stringify({
      bench: 'orders',
      figures: {engine: flags.engine, shoppers: town.shoppers.length, order: 'placed, unpaid', runs: figures,
        verify_s, ...bare},
      ratios: Object.fromEntries(
        figures.map(f => [
          `orders_per_fdatasync_${f.shape}_${f.connections}`,
          rounded(f.orders_per_s / f.fdatasync_per_s),
        ]),
      ),
      machine: {cpu: cpus()[0].model, cores: cpus().length, kernel: release()},
    }),
  );
  process.exit(0);
}

await main();
