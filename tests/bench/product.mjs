// bench_product: the page of a product of the demo, to a visitor and to somebody signed in, against nginx serving the
// same bytes as a file: same generator, same 64 kept connections, same request headers, in turns within one run.
//
//   node tests/bench/product.mjs [--engine sqlite|postgres] [--seconds 3] [--rounds 3] [--only "signed in, plain"]
//     [--perf FILE: where perf records the server's work]
//
// Server, its PostgreSQL and nginx share core 0, wrk has core 1. "plain": no Accept-Encoding. "gzip": both compress at
// the time of the request (level 4). The visitor is a browser that has been here before: it sends its cookie.
import {spawn} from 'node:child_process';
import {parseArgs} from 'node:util';

process.env.MILLPOND_BIN ??= 'build/millpond';
const {childrenOf, load, medians, pin, postmasterOf, print, startNginx} = await import('./lib/measure.mjs');
const {newStore, runCommand, startServer} = await import('../lib/server.mjs');

const {values: flags} = parseArgs({options: {
  engine: {type: 'string', default: 'sqlite'},
  seconds: {type: 'string', default: '3'},
  rounds: {type: 'string', default: '3'},
  only: {type: 'string', default: ''},
  perf: {type: 'string'},
}});
const PRODUCT = '/s/reef/p/reef-one-piece';
const BROWSER = {
  'User-Agent': 'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 ' +
    'Mobile Safari/537.36',
  'Accept': 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'Accept-Language': 'en-GB,en;q=0.9',
  'Sec-Fetch-Dest': 'document', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Site': 'same-origin',
};

async function openShop() {
  const store = await newStore(flags.engine);
  const postmaster = postmasterOf(store);
  if (postmaster !== undefined) pin(postmaster, 0);
  const made = await runCommand(['demo', '--small', ...store.args]);
  if (made.code !== 0) throw new Error(made.stderr);
  const password = made.stdout.match(/password {2}(\S+)/)[1];
  const server = await startServer({store, args: ['--rate-percent', '0', '--no-supervisor', '--log', 'warning']});
  pin(server.pid, 0);
  const login = await server.client().api('POST', '/api/v1/sessions', {email: 'ines@example.com', password});
  const first = await server.client({headers: BROWSER}).get(PRODUCT);
  if (first.status !== 200) throw new Error(`${PRODUCT}: ${first.status}`);
  const visitor = first.headers.get('set-cookie').match(/mpv=[^;]+/)[0];
  return {store, server, cookies: {'visitor': visitor, 'signed in': `${visitor}; mp=${login.json().token}`},
    pids: () => [server.pid, ...(postmaster === undefined ? [] : [postmaster, ...childrenOf(postmaster)])],
    close: async () => { await server.stop(); store.remove(); }};
}

const shop = await openShop();
const files = {}, plans = [];
for (const [who, cookie] of Object.entries(shop.cookies)) {
  const page = await shop.server.client({headers: {...BROWSER, cookie}}).get(PRODUCT);
  files[who.replace(' ', '-')] = page.bytes;
  for (const encoding of ['plain', 'gzip']) {
    const name = `${who}, ${encoding}`;
    const headers = {...BROWSER, Cookie: cookie, ...(encoding === 'gzip' && {'Accept-Encoding': 'gzip'})};
    if (name.includes(flags.only)) plans.push({name, bytes: page.bytes.length, path: `/${who.replace(' ', '-')}`, headers});
  }
}
const nginx = await startNginx(files);
const millpond = {port: shop.server.port, pids: shop.pids};
const runs = Object.fromEntries(plans.map(({name}) => [name, {millpond: [], nginx: []}]));
for (const {headers} of plans) load(millpond, PRODUCT, {seconds: 1, headers}); // what is made once is made
const profiler = flags.perf && spawn('perf', ['record', '-g', '-e', 'cpu-clock', '-F', '999', '-o', flags.perf,
  '-p', String(shop.server.pid)], {stdio: 'ignore'});
for (let round = 0; round < Number(flags.rounds); round++) {
  for (const {name, path, headers} of plans) {
    runs[name].millpond.push(load(millpond, PRODUCT, {seconds: Number(flags.seconds), headers}));
    runs[name].nginx.push(load(nginx, path, {seconds: Number(flags.seconds), headers}));
  }
}
profiler?.kill('SIGINT');
await nginx.stop();
await shop.close();

const figures = {engine: flags.engine}, ratios = {}, rows = [];
const target = {'visitor, plain': 80, 'signed in, plain': 25};
for (const {name, bytes} of plans) {
  const [own, peer] = [medians(runs[name].millpond), medians(runs[name].nginx)];
  figures[name] = {bytes, millpond: own, nginx: peer};
  ratios[name] = Number((own.perSecond / peer.perSecond).toFixed(3));
  rows.push({what: `${name}, ${bytes} bytes`, value: own.perSecond, unit: 'requests/s'},
    {what: `${name}: nginx`, value: peer.perSecond, unit: 'requests/s'},
    {what: `${name}: CPU of the server a request (nginx ${peer.cpuUs.toFixed(0)})`, value: own.cpuUs, unit: 'us'},
    {what: `${name}: p99 at 64 connections (nginx ${peer.p99Ms.toFixed(2)})`, value: own.p99Ms, unit: 'ms'},
    {what: `${name}: of nginx`, value: 100 * ratios[name], unit: '%',
      target: target[name] === undefined ? undefined : {least: target[name]}});
}
print({bench: 'product', method: `page of a product, ${flags.engine}; medians of ${flags.rounds} runs of ` +
  `${flags.seconds} s, 64 kept connections, server and nginx on core 0, wrk on core 1`, rows, figures, ratios});
process.exit(0);
