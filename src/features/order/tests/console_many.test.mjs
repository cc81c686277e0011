// Many orders at once in the console: filtered, marked as shipped, printed, taken out as CSV.
// engines: sqlite postgres
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {openPond, PASSWORD} from '../../../../tests/lib/wheel.mjs';

const orders = [];
let pond, mara, csrf;

async function order(name, line1, isPaid) {
  const one = await pond.guest(name);
  const placed = await one.api('POST', '/api/v1/shops/reef/orders', {
    lines: [{variant: pond.product.variants[0].id, quantity: 2}], email: `${name.toLowerCase()}@pond.example`,
    name: `${name} Li`, line1, city: 'Utrecht', postcode: '3511 AA', country: 'NL', phone: '+31612345678',
  }, {'idempotency-key': `many-${name}`});
  if (!isPaid) return placed;
  const pay = {'idempotency-key': `pay-${name}`};
  await one.pay((await one.api('POST', `/api/v1/orders/${placed.id}/payments`, {}, pay)).redirect);
  await one.paid();
  return placed;
}

before(async () => {
  pond = await openPond();
  for (const [name, line1] of [['Ann', 'Mill Lane 1'], ['Bo', '=1+1'], ['Cy', 'Mill Lane 3']])
    orders.push(await order(name, line1, name !== 'Cy'));
  mara = pond.server.client();
  const page = await mara.get('/login');
  await mara.post(
    '/login',
    {email: 'mara@reef.example', password: PASSWORD, csrf: page.text.match(/name="csrf" value="([^"]*)"/)?.[1] ?? ''},
    {headers: {origin: pond.server.url}},
  );
  csrf = (await mara.get('/console/reef/orders')).text.match(/name="csrf" value="([^"]*)"/)[1];
});
after(() => pond?.close());

const many = (what, ids) =>
  mara.post(
    '/console/reef/orders/many',
    [['csrf', csrf], ['do', what], ['next', '/console/reef/orders'], ...ids.map(id => ['order', id])],
    {headers: {origin: pond.server.url}},
  );
const rows = async query =>
  [...(await mara.get(`/console/reef/orders${query}`)).text.matchAll(/name="order" value="(\w+)"/g)].map(m => m[1]);

test('the list is narrowed by state, pool and time', async () => {
  assert.equal((await rows('')).length, 3);
  assert.deepEqual(new Set(await rows('?state=paid')), new Set([orders[0].id, orders[1].id]));
  assert.deepEqual(await rows('?state=open&days=1'), [orders[2].id]);
  const {items} = await pond.console('GET', '/pools');
  const used = new Set();
  for (const pool of items) (await rows(`?pool=${pool.id}&days=7`)).forEach(id => used.add(id));
  assert.equal(used.size, 3);
});

test('packing slips of the chosen orders; another shop\'s order is none of ours', async () => {
  const answer = await many('print', [orders[0].id, orders[1].id]);
  assert.equal(answer.status, 303);
  const page = await mara.get(answer.location);
  assert.equal(page.text.match(/class="slip /g).length, 2);
  assert.match(page.text, /Ann Li/);
  assert.equal((await mara.get('/console/reef/orders/slips?o=0123456789abc')).status, 404);
  assert.equal((await mara.get('/console/reef/orders/slips')).status, 422);
});

test('those that are paid are marked as shipped, the other stays; twice changes nothing', async () => {
  for (let i = 0; i < 2; i++) {
    const answer = await many('ship', orders.map(o => o.id));
    assert.equal(answer.status, 200);
    assert.match(answer.text, /2 of 3 are marked as shipped/);
    assert.match(answer.text, new RegExp(`orders/${orders[2].id}">${orders[2].number}</a>`));
  }
  assert.equal((await rows('?state=shipped')).length, 2);
  assert.deepEqual(await rows('?state=open'), [orders[2].id]);
  assert.equal((await many('ship', [])).location, '/console/reef/orders');
  assert.match((await mara.get('/console/reef/orders')).text, /Please choose at least one order/);
});

test('of each order it is told what became of it; an order of another shop holds back nobody', async () => {
  const [ann, bo, cy] = orders.map(o => o.id);
  const foreign = '0123456789abc';
  const answer = await many('ship', [ann, foreign, bo]);
  assert.equal(answer.status, 200);
  assert.match(answer.text, /2 of 3 are marked as shipped/);
  assert.ok(answer.text.includes(foreign));
  const {items} = await pond.console('POST', '/orders/ship', {orders: [foreign, ann, cy]});
  assert.deepEqual(items.map(item => [item.order, item.result]),
    [[foreign, 'not_found'], [ann, 'shipped'], [cy, 'refused']]);
  assert.deepEqual(items.map(item => item.problem === null), [false, true, false]);
  const api = body => pond.server.client().api('POST', '/api/v1/console/reef/orders/ship', body,
    {authorization: `Bearer ${pond.merchantToken}`});
  assert.equal((await api({orders: []})).status, 422);
  assert.equal((await api({orders: [7]})).status, 400);
  assert.equal((await many('ship', [ann, bo])).status, 303);
});

test('the CSV has a row for each order of the filter, and nothing that a spreadsheet would run', async () => {
  const answer = await mara.get('/console/reef/orders/export.csv?state=shipped');
  assert.match(answer.headers.get('content-disposition'), /attachment; filename="reef-orders\.csv"/);
  const lines = answer.text.trim().split('\r\n');
  assert.equal(lines.length, 3);
  assert.match(lines[0], /Order,.*Total,.*Pool/);
  assert.match(lines[1], /'=1\+1/);
  assert.match(lines[2], /ann@pond\.example.*,98\.00,/);
  assert.equal((await pond.server.client().get('/console/reef/orders/export.csv')).status === 200, false);
});

test('a pasted table of parcel numbers ships its orders and says of each row what became of it', async () => {
  const dee = await order('Dee', 'Mill Lane 4', true), eve = await order('Eve', 'Mill Lane 5', false);
  const paste = table => mara.post('/console/reef/orders/tracking', {csrf, table}, {headers: {origin: pond.server.url}});
  assert.match((await mara.get('/console/reef/orders/tracking')).text, /<textarea id="table"/);
  const bad = await paste(`${dee.number},A1\n${eve.number}`);
  assert.equal(bad.status, 422);
  assert.match(bad.text, /Line 2 cannot be read/);
  assert.ok(bad.text.includes(`${dee.number},A1`), 'what was typed is kept');
  const table = `Parcel number;Order number\nRR12;#${dee.number}\nRR13;${eve.number}\nRR14;999999\nRR15;=1+1\n`;
  for (let i = 0; i < 2; i++) {
    const answer = await paste(table);
    assert.equal(answer.status, 200);
    assert.match(answer.text, /1 of 4 are marked as shipped/);
  }
  assert.equal((await pond.console('GET', `/orders/${dee.id}`)).tracking, 'RR12');
  assert.equal((await pond.console('GET', `/orders/${eve.id}`)).fulfilment, 'unfulfilled');
  const {items} = await pond.console('POST', '/orders/tracking', {table});
  assert.deepEqual(items.map(item => item.result), ['shipped', 'refused', 'not_found', 'not_found']);
  assert.equal((await paste('\n')).status, 422);
  assert.equal((await paste('1,2\n'.repeat(501))).status, 422);
});
