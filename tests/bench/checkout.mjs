// bench-checkout: whole checkouts through the JSON API, as other commerce servers are measured: 16 shoppers in a loop, one
// kept connection each, a new guest every time, who puts one of 1,000 products into her cart, asks what it costs at her
// address (shipping and tax), places the order for that total and settles it (payment on delivery): five requests, each with
// its own key. The server has core 0 to itself, the generator core 1; PostgreSQL is where the system puts it.
//
//   node tests/bench/checkout.mjs [--engine sqlite|postgres] [--seconds 10] [--rounds 3] [--shoppers 16] [--warm 5]
//
// Counted is an order that is placed and settled. Below stand the medians of the rounds.
import {Agent} from 'node:http';
import {parseArgs} from 'node:util';

process.env.MILLPOND_BIN ??= 'build/millpond';
const {medians, percentileOf, pin, print} = await import('./lib/measure.mjs');
const {call, openShop, OWNER} = await import('./lib/shop.mjs');
const {newStore, runCommand, startServer} = await import('../lib/server.mjs');

const {values: flags} = parseArgs({options: {
  engine: {type: 'string', default: 'sqlite'},
  seconds: {type: 'string', default: '10'},
  rounds: {type: 'string', default: '3'},
  shoppers: {type: 'string', default: '16'},
  warm: {type: 'string', default: '5'},
}});
const PRODUCTS = 1000, STOCK = 1_000_000;
const ADDRESS = {email: 'ann@bench.example', country: 'NL', name: 'Ann', line1: 'Prinsengracht 1', postcode: '1015 DV',
  city: 'Amsterdam'};

async function settleOnDelivery(server) {
  const owner = server.client(), path = '/console/bench/payments/transfer';
  await owner.post('/login', OWNER);
  const page = await owner.get(path);
  const csrf = page.text.match(/name="csrf" value="([^"]*)"/)[1];
  const answer = await owner.post(path, {csrf, delivery: '1', words: '', limit: '100000'});
  if (answer.status !== 303) throw new Error(`${path}: ${answer.status}`);
}

async function checkout(server, shop, variant, connection) {
  const ask = (path, value, token) => call(server, 'POST', `/api/v1${path}`, value, token, undefined, connection);
  const {token} = await ask('/guests', {name: 'Ann'});
  const lines = [{variant, quantity: 1}];
  await ask('/cart', {shop, ...lines[0]}, token);
  const {total} = await ask('/shops/bench/prices', {lines, ...ADDRESS}, token);
  const order = await ask('/shops/bench/orders', {lines, ...ADDRESS, expected_total_minor: total.minor}, token);
  const paid = await ask(`/orders/${order.id}/payments`, {gateway: 'delivery'}, token);
  if (paid.step !== 'authorised') throw new Error(`settled: ${JSON.stringify(paid)}`);
}

async function round(server, {id, variants}, seconds) {
  const spent = [], began = performance.now(), end = began + seconds * 1000;
  let turn = 0;
  await Promise.all(Array.from({length: Number(flags.shoppers)}, async () => {
    const connection = new Agent({keepAlive: true, maxSockets: 1});
    while (performance.now() < end) {
      const from = performance.now();
      await checkout(server, id, variants[turn++ * 7919 % variants.length], connection);
      spent.push(performance.now() - from);
    }
    connection.destroy();
  }));
  return {perSecond: spent.length / (performance.now() - began) * 1000, p50Ms: percentileOf(spent, 0.5),
    p99Ms: percentileOf(spent, 0.99)};
}

const store = await newStore(flags.engine);
const server = await startServer({store, args: ['--rate-percent', '0', '--no-supervisor', '--log', 'warning']});
const shop = await openShop(store, server, PRODUCTS, STOCK);
await settleOnDelivery(server);
pin(server.pid, 0);
pin(process.pid, 1);
await round(server, shop, Number(flags.warm));
const rounds = [];
for (let i = 0; i < Number(flags.rounds); i++) {
  rounds.push(await round(server, shop, Number(flags.seconds)));
  console.log(`round ${i + 1}: ${rounds[i].perSecond.toFixed(0)} orders/s`);
}
await server.stop();
const verify = await runCommand(['verify', ...store.args]);
console.log(verify.stdout.trim().split('\n').at(-1));
if (verify.code !== 0) throw new Error(verify.stdout + verify.stderr);
store.remove();
const figures = {engine: flags.engine, shoppers: Number(flags.shoppers), ...medians(rounds)};
print({
  bench: 'checkout', method: `${flags.shoppers} shoppers, ${flags.engine}, whole checkouts of five requests`, figures,
  rows: [
    {what: 'orders placed and settled', value: figures.perSecond, unit: 'per second'},
    {what: 'a whole checkout, p50', value: figures.p50Ms, unit: 'ms'},
    {what: 'a whole checkout, p99', value: figures.p99Ms, unit: 'ms'},
  ],
});
