// What a hostile stranger, a broken program and an impatient finger send: nothing of it may break the server, cost somebody
// money, or show what is not theirs. The walk over garbage takes the routes from the program itself.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {openTown, routesOf} from '../lib/town.mjs';
import {ADDRESS, PASSWORD, ok, until} from '../lib/wheel.mjs';

let town, routes, pond;
before(async () => {
  town = await openTown();
  pond = town.pond;
  routes = await routesOf();
});
after(() => pond.close());

const variant = n => pond.product.variants[n].id;
const order = (quantity, n = 0) => ({lines: [{variant: variant(n), quantity}], ...ADDRESS});
const place = (who, body, key) =>
  town.callers[who].call('POST', '/api/v1/shops/reef/orders', body, {'idempotency-key': key});
const stockOf = async n => (await pond.console('GET', `/products/${pond.product.id}/stock`)).items[n];
const many = (count, ask) => Promise.all(Array.from({length: count}, (_, i) => ask(i)));
const tally = answers => answers.reduce((sum, {status}) => ({...sum, [status]: (sum[status] ?? 0) + 1}), {});

// Sends them a few at a time and returns those that the server answered as its own fault, or not at all. A server may
// hang up on a body that it will not read; that is an answer too.
async function faultsOf(calls) {
  const faults = [], queue = [...calls];
  const worker = async () => {
    for (let next; (next = queue.shift());) {
      const {name, send} = next;
      const status = await send().then(
        answer => answer.status,
        error => (['ECONNRESET', 'EPIPE'].includes(error.code) ? 400 : error.code),
      );
      if (!(status < 500)) faults.push(`${name}: ${status}`);
    }
  };
  await Promise.all(Array.from({length: 12}, worker));
  return faults;
}
const noComplaint = () => assert.doesNotMatch(pond.server.log(), /http\.failed|assert|fatal/i);
const isWalked = route =>
  route.rate !== 'stream' && route.rate !== 'auth' && !/logout|guests|sessions|members/.test(route.path);
const callerOf = route => town.callers[route.path.includes('{shop}') ? 'owner' : 'buyer'];
const kindOf = route => (route.path.startsWith('/api/') ? 'application/json' : 'application/x-www-form-urlencoded');

test('ids that are none, in every place of every path', async () => {
  const ids = [
    '0', '-1', '9223372036854775808', 'zzzzzzzzzzzzz', '%00', '%ff', '..%2f..%2fetc',
    'a'.repeat(3000),
    '%27%20OR%201=1--', '%F0%9F%98%80', '%EF%BC%91', '%3Csvg%2Fonload=1%3E', '%0d%0aX:%20y', '%2e%2e', '%E2%80%AE',
    town.values.order, town.values.product,
  ];
  const calls = routes
    .filter(isWalked)
    .flatMap(route =>
      [...route.path.matchAll(/\{\w+\}/g)].flatMap(([place]) =>
        ids.map(id => ({
          name: `${route.method} ${route.path} ${place}=${id.slice(0, 20)}`,
          send: () =>
            callerOf(route).request(
              route.method,
              town.fill(route.path.replace(place, '~~')).replace('~~', id),
              route.method === 'GET' ? undefined : '{}',
              {'content-type': kindOf(route), 'idempotency-key': 'garbage'},
            ),
        })),
      ),
    );
  assert.deepEqual(await faultsOf(calls), []);
  noComplaint();
});

test('queries that are none, on every page', async () => {
  const names = [
    'before', 'cursor', 'q', 'limit', 'state', 'pool', 'status', 'verdict', 'tab', 'key', 'v', 'list', 'via', 'post',
    'product', 'step', 'what', 'days', 'after', 'news', 'next', 'join', 'country', 'sig',
  ];
  const values = ['-1', '%ff%00', '%22*(%27NEAR', '%F0%9F%98%80%E2%80%AE'.repeat(100)];
  const calls = routes.filter(route => isWalked(route) && route.method === 'GET').flatMap(route => values.flatMap(value => {
    const path = town.fill(route.path);
    const each = names.map(name => ({
      name: `${route.path}?${name}=${value.slice(0, 20)}`,
      send: () => callerOf(route).request('GET', `${path}?${name}=${value}`),
    }));
    return [
      ...each,
      {name: `${route.path}?twice`, send: () => callerOf(route).request('GET', `${path}?${names[0]}=1&${names[0]}=2`)},
    ];
  }));
  assert.deepEqual(await faultsOf(calls), []);
  noComplaint();
});

test('bodies that are none, to every command', async () => {
  const bodies = [
    '', '{', '[]', 'null', '{"a":1,"a":2}',
    '['.repeat(100_000),
    '{"a":'.repeat(50_000),
    '{"x":1e400}', '{"x":NaN}', '{"text":"\\u0000"}', '{"text":"\\ud800"}',
    JSON.stringify({text: 'x'.repeat(1_000_000)}),
    'a=%ff%00&a=2',
    '&&&='.repeat(2000),
    '{"lines":"x","name":[],"text":{},"quantity":"1"}',
    '{"lines":[null],"variants":[[]],"products":[1],"options":[{}],"answers":[[]]}',
  ];
  const calls = routes
    .filter(route => isWalked(route) && route.method !== 'GET')
    .flatMap(route =>
      bodies.map((body, i) => ({
        name: `${route.method} ${route.path} ${body.slice(0, 30)}`,
        send: () =>
          callerOf(route).request(route.method, town.fill(route.path), body, {
            'content-type': kindOf(route),
            'idempotency-key': `garbage-${i}`,
          }),
      })),
    );
  assert.deepEqual(await faultsOf(calls), []);
  noComplaint();
});

test('a quantity is a whole number of at most 999, in figures', async () => {
  const before_ = await stockOf(0);
  for (const quantity of [-1, 0, 1.5, 2 ** 31, 2 ** 53, 9.3e18, '1', '1e3', '１', null, true, [1]]) {
    const answer = await place(
      'guest',
      order(quantity),
      `quantity-${JSON.stringify(quantity).charCodeAt(1)}-${typeof quantity}`,
    );
    assert.ok(answer.status === 400 || answer.status === 422, `${quantity}: ${answer.status}`);
  }
  for (const quantity of ['-1', '0', '1.5', '2147483648', '9223372036854775808', '1e3', '１', '', '0x1'])
    assert.equal(
      (await town.callers.guest.call('POST', '/s/reef/p/tide-one-piece', {variant: variant(0), quantity})).status,
      422,
      quantity,
    );
  assert.deepEqual(await stockOf(0), before_);
  assert.deepEqual((await ok(town.callers.guest.call('GET', '/api/v1/cart'))).items, []);
});

test('thirty copies of an order are one; the key of another buyer and another body are something else', async () => {
  const answers = await many(30, () => place('guest', order(1), 'double'));
  assert.deepEqual(tally(answers), {201: 30});
  assert.equal(new Set(answers.map(answer => answer.text)).size, 1);
  assert.equal((await place('guest', order(2), 'double')).status, 422);
  const other = await place('member', order(1), 'double');
  assert.equal(other.status, 201);
  assert.notEqual(other.json().id, answers[0].json().id);
  assert.equal((await place('guest', order(1), 'x'.repeat(256))).status, 400);
  assert.equal((await town.callers.guest.call('POST', '/api/v1/shops/reef/orders', order(1))).status, 400);
});

test('the last three are sold three times', async () => {
  await pond.console('PUT', `/variants/${variant(2)}/stock`, {on_hand: 3});
  assert.deepEqual(tally(await many(30, i => place('guest', order(1, 2), `last-${i}`))), {201: 3, 409: 27});
  assert.equal((await stockOf(2)).available, 0);
});

test('a buyer says nothing about prices and states; another total than she saw stops the order', async () => {
  const wishes = {
    price: '0.01',
    total_minor: 1,
    paid_minor: 4900,
    payment: 'paid',
    state: 'closed',
    discount: 100,
    shop_id: 'x',
    buyer: 'x',
  };
  const made = await ok(place('guest', {...order(1), ...wishes}, 'wishes'));
  assert.deepEqual([made.total.minor, made.paid.minor, made.payment, made.state], [4900, 0, 'unpaid', 'placed']);
  const answer = await place('guest', {...order(1), expected_total_minor: 4800}, 'expected');
  assert.equal(answer.status, 409);
  assert.match(answer.json().type, /price_changed/);
});

test('goods of another shop get into no order, no cart, no post', async () => {
  const {neighbour, guest} = town.callers;
  const sand = await ok(
    neighbour.call(
      'POST',
      '/api/v1/console/dune/products',
      {title: 'Sand', status: 'active', variants: [{sku: 'S', price: '1.00'}]},
      {'idempotency-key': 'sand'},
    ),
  );
  assert.equal(
    (await place('guest', {...ADDRESS, lines: [{variant: sand.variants[0].id, quantity: 1}]}, 'foreign')).status,
    422,
  );
  await guest.call('POST', '/s/reef/p/tide-one-piece', {variant: sand.variants[0].id, quantity: '1'});
  const {shop} = await town.ann.api('GET', `/api/v1/orders/${town.unpaid.order.id}`);
  assert.equal((await guest.call('POST', '/api/v1/cart', {shop, variant: sand.variants[0].id, quantity: 1})).status, 404);
  assert.deepEqual((await ok(guest.call('GET', '/api/v1/cart'))).items, []);
  const post = words =>
    neighbour.call('POST', '/api/v1/posts', {text: 'mine', ...words}, {'idempotency-key': JSON.stringify(words)});
  assert.equal((await post({shop: 'reef'})).status, 404);
  assert.equal((await post({shop: 'dune', products: [{id: pond.product.id}]})).status, 422);
});

test('goods are free only when a zero says so', async () => {
  const make = price =>
    town.callers.neighbour.call(
      'POST',
      '/api/v1/console/dune/products',
      {title: 'Air', status: 'active', variants: [{sku: 'A', price}]},
      {'idempotency-key': `air-${encodeURIComponent(JSON.stringify(price))}`},
    );
  for (const price of [undefined, null, '', '-1', '-0.01', '1e3', '1.001', 'NaN', '１', '999999999999999999', 1])
    assert.ok([400, 422].includes((await make(price)).status), String(price));
  assert.equal((await make('0')).status, 201);
});

test('every door paid at once: one payment counts, the others go back; refunds never pass what was paid', async () => {
  const {guest, owner} = town.callers;
  const made = await ok(place('guest', order(1), 'doors'));
  const begun = await many(8, i =>
    guest.call('POST', `/api/v1/orders/${made.id}/payments`, {}, {'idempotency-key': `door-${i}`}),
  );
  const doors = begun.map(answer => answer.json().redirect);
  const browser = pond.server.client();
  const pay = door => browser.post(door.split('?')[0], {sig: door.match(/sig=([^&]*)/)[1], decision: 'pay'});
  await Promise.all(doors.flatMap(door => [pay(door), pay(door), pay(door)]));
  const seen = () => ok(owner.call('GET', `/api/v1/console/reef/orders/${made.id}`));
  assert.equal((await until(seen, o => o.payment !== 'unpaid')).paid.minor, 4900);
  const refund = (amount, key) =>
    owner.call('POST', `/api/v1/console/reef/orders/${made.id}/refunds`, {amount}, {'idempotency-key': key});
  for (const amount of ['-1', '0', '0.001', '49.01', '1e2', '１', '', null, 49])
    assert.ok(
      [400, 409, 422].includes((await refund(amount, `bad-${JSON.stringify(amount)?.length}-${typeof amount}`)).status),
      String(amount),
    );
  assert.deepEqual(tally(await many(30, i => refund('20.00', `part-${i}`))), {200: 2, 409: 28});
  assert.deepEqual(tally(await many(30, () => refund('9.00', 'rest'))), {200: 30});
  await until(seen, o => o.refunded.minor === 4900 && o.payment === 'refunded');
});

test('a door of a payment opens with its own signature only, and nobody else can send notices', async () => {
  const browser = pond.server.client();
  const own = town.unpaid.door, other = town.paid.door;
  assert.equal((await browser.get(own)).status, 200);
  for (const sig of ['', 'x', other.match(/sig=([^&]*)/)[1]]) {
    assert.equal((await browser.get(`${own.split('?')[0]}?sig=${sig}`)).status, 404);
    assert.ok((await browser.post(own.split('?')[0], {sig, decision: 'pay'})).status >= 400);
  }
  const body = JSON.stringify({attempt: town.unpaid.attempt, outcome: 'paid', amount: 4900, currency: 'EUR', id: 'n1'});
  const {createHmac} = await import('node:crypto');
  const now = String(Math.floor(Date.now() / 1000));
  const empty = `v1,${createHmac('sha256', '').update(`n1.${now}.${body}`).digest('base64')}`;
  for (const signature of [undefined, 'v1,AAAA', empty]) {
    const answer = await browser.request('POST', '/webhooks/test', {body, headers: {'content-type': 'application/json',
      'webhook-id': 'n1', 'webhook-timestamp': now, 'webhook-signature': signature}});
    assert.equal(answer.status, 403);
  }
  assert.equal((await town.ann.api('GET', `/api/v1/orders/${town.unpaid.order.id}`)).payment, 'unpaid');
});

test('a button belongs to its conversation, and thirty taps on it are one', async () => {
  const {ann, callers, conversation} = town;
  const {token} = await ann.offered(conversation.id, b => b.token);
  const {id} = await ok(
    callers.guest.call('POST', '/api/v1/shops/reef/conversations', {text: 'hi'}, {'idempotency-key': 'hi'}),
  );
  const tap = (who, where, what, key) =>
    callers[who].call('POST', `/api/v1/conversations/${where}/messages`, {token: what}, {'idempotency-key': key});
  assert.equal((await tap('guest', id, token, 'theirs')).status, 404);
  assert.equal((await tap('guest', conversation.id, token, 'there')).status, 404);
  assert.equal((await tap('buyer', conversation.id, token.replace(/^./, c => (c === '1' ? '2' : '1')), 'bent')).status, 404);
  const said = async () => (await ann.messages(conversation.id)).filter(m => m.from === 'customer').length;
  const before_ = await said();
  await many(30, i => tap('buyer', conversation.id, token, `tap-${i}`));
  assert.equal(await said(), before_ + 1);
});

test('what comes from another site changes nothing, and leads to no other site', async () => {
  const {member} = town.callers;
  const cookie = {cookie: `mp=${member.token}`};
  const visitor = pond.server.client();
  const form = headers =>
    visitor.request('POST', '/me/profile', {body: new URLSearchParams({name: 'Evil'}), headers: {...cookie, ...headers}});
  for (const headers of [
    {origin: 'https://evil.example'},
    {origin: 'null'},
    {origin: `${pond.server.url}.evil.example`},
    {origin: undefined},
    {'sec-fetch-site': 'cross-site'},
    {'sec-fetch-site': 'same-site'},
    {origin: undefined, 'x-csrf-token': 'AAAA'},
  ])
    assert.equal((await form(headers)).status, 403, JSON.stringify(headers));
  const api = (headers, body = '{"name":"Evil"}') =>
    visitor.request('PATCH', '/api/v1/me', {body, headers: {...cookie, ...headers}});
  assert.equal((await api({origin: 'https://evil.example', 'content-type': 'application/json'})).status, 403);
  assert.equal((await api({origin: undefined, 'content-type': 'application/json'})).status, 403);
  assert.equal((await api({'content-type': 'text/plain'})).status, 415);
  assert.equal((await ok(member.call('GET', '/api/v1/me'))).name, 'Mia');
  assert.equal(
    (await visitor.request('GET', '/api/v1/me', {headers: {origin: 'https://evil.example'}})).headers.get(
      'access-control-allow-origin',
    ),
    null,
  );
  assert.equal(
    (await member.request('POST', `/api/v1/posts/${town.values.post}`, undefined, {'x-http-method-override': 'DELETE'}))
      .status,
    405,
  );
  for (const next of [
    '//evil.example', '/\\evil.example', 'https:evil', '\\evil', '/\t/evil.example', 'javascript:alert(1)',
    '/..//evil.example', '/\r\nX-Y: z',
  ]) {
    const answer = await visitor.post('/language', {language: 'en', next});
    assert.equal(new URL(answer.location, pond.server.url).origin, pond.server.url, next);
    const signed = await pond.server.client().post('/login', {email: 'mia@reef.example', password: PASSWORD, next});
    assert.equal(new URL(signed.location, pond.server.url).origin, pond.server.url, next);
  }
});
