// Orders of several shops placed and paid at once, against people and providers who do not behave: double clicks, two tabs,
// sold out and dearer in between, notices twice and with wrong sums, other people's ids, a killed server.
// engines: sqlite postgres
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {startPaypal, VALUES} from '../lib/paypal.mjs';
import {KEY, SECRET, startStripe} from '../lib/stripe.mjs';
import {MISSING} from '../lib/town.mjs';
import {ADDRESS, ok, openPond, PASSWORD, until} from '../lib/wheel.mjs';

const SHOPS = ['reef', 'dune', 'tea'];
let stripe, paypal, pond, mara, things, counter = 0;
const key = what => ({'idempotency-key': `${what}-${++counter}`});
const forms = () => ({headers: {origin: new URL(pond.server.url).origin}});

async function openShop(handle, price) {
  await pond.merchant('POST', '/api/v1/shops', {handle, name: handle, currency: 'EUR', country: 'NL', language: 'en'});
  const product = await pond.merchant('POST', `/api/v1/console/${handle}/products`,
    {title: `Cup of ${handle}`, status: 'active', variants: [{price}]}, key('product'));
  return product.variants[0].id;
}
const stock = (i, on_hand) =>
  pond.merchant('PUT', `/api/v1/console/${SHOPS[i]}/variants/${things[i]}/stock`, {on_hand});
// Nothing is left but what is promised already.
async function sellOut(i) {
  const product = (await pond.merchant('GET', `/api/v1/shops/${SHOPS[i]}/products`)).items[0].id;
  const {items} = await pond.merchant('GET', `/api/v1/console/${SHOPS[i]}/products/${product}/stock`);
  await stock(i, items[0].held);
}

before(async () => {
  [stripe, paypal] = [await startStripe(), await startPaypal()];
  pond = await openPond({env: {MILLPOND_STRIPE_API: stripe.url, ...paypal.env}});
  mara = pond.server.client();
  await mara.post('/login', {email: 'mara@reef.example', password: PASSWORD});
  things = [pond.product.variants[0].id, await openShop('dune', '12.00'), await openShop('tea', '7.50')];
  for (let i = 0; i < 3; i++) await stock(i, 500);
});
after(async () => {
  await pond?.close();
  await stripe?.stop();
  await paypal?.stop();
});

async function connect(handle, path, fields) {
  const page = await mara.get(`/console/${handle}/payments/${path}`);
  const csrf = page.text.match(/name="csrf" value="([^"]*)"/)[1];
  const answer = await mara.post(`/console/${handle}/payments/${path}`, {csrf, ...fields});
  assert.equal(answer.status, 303, answer.text);
  return `${pond.server.url}/hooks/${path}/${page.text.match(new RegExp(`/hooks/${path}/(\\w+)`))[1]}`;
}

const wanted = (shops = SHOPS) => ({...ADDRESS,
  orders: shops.map(shop => ({shop, lines: [{variant: things[SHOPS.indexOf(shop)], quantity: 1}]}))});
async function bundle(shops, guest) {
  const who = guest ?? await pond.guest(`Ann ${++counter}`);
  return {who, ...await who.api('POST', '/api/v1/bundles', wanted(shops), key('bundle'))};
}
const show = one => one.who.api('GET', `/api/v1/bundles/${one.id}`);
const begin = (one, more = {}) => one.who.api('POST', `/api/v1/bundles/${one.id}/payments`, more, key('pay'));
const states = async one => (await show(one)).orders.map(order => order.payment);
const seen = handle => pond.merchant('GET', `/api/v1/console/${handle}/orders`).then(list => list.items);

test('placed all or none, once per key; each shop sees hers only', async () => {
  const ann = await pond.guest('Ann'), once = key('once');
  const first = await ann.api('POST', '/api/v1/bundles', wanted(), once);
  const again = await ann.api('POST', '/api/v1/bundles', wanted(), once);
  assert.equal(first.id, again.id);
  assert.deepEqual(first.orders.map(order => order.total.amount).sort(), ['12.00', '49.00', '7.50']);
  assert.deepEqual(first.left_to_pay.map(group => [group.due.amount, group.gateways]), [['68.50', ['test']]]);
  const had = await Promise.all(SHOPS.map(seen));
  const wrong = wanted();
  wrong.orders[2].expected_total_minor = 1;
  await assert.rejects(ann.api('POST', '/api/v1/bundles', wrong, key('wrong')), /409.*total changed/s);
  wrong.orders[2] = {shop: 'tea', lines: [{variant: things[0], quantity: 1}]}; // another shop's
  await assert.rejects(ann.api('POST', '/api/v1/bundles', wrong, key('wrong')), /422/);
  for (const shops of [['reef'], ['reef', 'reef'], []])
    await assert.rejects(ann.api('POST', '/api/v1/bundles', wanted(shops), key('wrong')), /422|400/);
  await sellOut(1);
  await assert.rejects(ann.api('POST', '/api/v1/bundles', wanted(), key('wrong')), /409.*Sold out/s);
  await stock(1, 500);
  assert.deepEqual((await Promise.all(SHOPS.map(seen))).map(list => list.length), had.map(list => list.length));
});

test('another person\'s bundle and split are as if they were not', async () => {
  const one = await bundle(), eve = await pond.guest('Eve'), order = one.orders[0].id;
  for (const [method, path, body] of [
    ['GET', id => `/api/v1/bundles/${id}`],
    ['POST', id => `/api/v1/bundles/${id}/payments`, {}],
  ]) {
    const theirs = await eve.tryApi(method, path(one.id), body, key('eve'));
    assert.equal(theirs.status, 404);
    assert.equal((await eve.tryApi(method, path(MISSING), body, key('eve'))).status, 404);
  }
  assert.equal((await eve.tryApi('GET', `/api/v1/bundles/${one.id}?key=${one.key}`)).status, 200);
  for (const [path, opens] of [
    [`/b/${one.id}`, 404],
    [`/b/${one.id}?key=${one.key}`, 200],
    [`/b/${one.id}?key=${one.key}x`, 404],
    [`/o/${order}?key=${one.key}`, 404],
    [`/split/${order}?key=${one.key}`, 404],
    [`/o/${order}/split`, 404],
  ])
    assert.equal((await pond.server.client().get(path)).status, opens, path);
  assert.equal((await eve.tryApi('POST', `/api/v1/orders/${order}/shares`, {shares: []})).status, 404);
});

// A cart with one thing of each shop, and its checkout as a browser has it.
async function cart() {
  const browser = pond.server.client();
  for (const [i, handle] of SHOPS.entries()) {
    const product = (await pond.merchant('GET', `/api/v1/shops/${handle}/products`)).items[0].handle;
    const put = await browser.post(`/s/${handle}/p/${product}`, {variant: things[i], quantity: '1', then: 'cart'}, forms());
    assert.equal(put.status, 303, put.text);
  }
  const page = await browser.get('/checkout');
  assert.equal(page.status, 200, page.text);
  const fields = new URLSearchParams(ADDRESS);
  for (const [, name, value] of page.text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g))
    fields.append(name, value);
  return {browser, fields, send: (more = fields) => browser.post('/checkout', more, forms())};
}

test('a double click is one bundle and one charge', async () => {
  const had = (await seen('tea')).length;
  const one = await cart();
  const answers = await Promise.all([one.send(), one.send(), one.send()]);
  answers.push(await one.send());
  for (const answer of answers) assert.equal(answer.status, 303, answer.text);
  // Who comes while the first is at the provider is told that on the page of the orders.
  for (const kind of [/^\/b\//, /^\/pay\/test\//])
    assert.ok(new Set(answers.map(answer => answer.location).filter(to => kind.test(to))).size <= 1);
  assert.equal((await seen('tea')).length, had + 1);
});

test('sold out or dearer in between is told before paying, and nothing is lost', async () => {
  const had = (await seen('reef')).length, one = await cart();
  await sellOut(1);
  const refused = await one.send();
  assert.equal(refused.status, 409);
  assert.match(refused.text, /Nothing was ordered and nothing was charged/);
  assert.match(refused.text, /not enough left of: Cup of dune/);
  assert.match(refused.text, /value="Prinsengracht 12"/);
  await stock(1, 500);
  const dearer = new URLSearchParams(one.fields);
  dearer.set('total_tea', '749');
  const changed = await one.send(dearer);
  assert.equal(changed.status, 409);
  assert.match(changed.text, /The total changed while you were looking/);
  assert.equal((await seen('reef')).length, had);
  assert.equal((await one.send()).status, 303); // the cart is still there
  assert.equal((await seen('reef')).length, had + 1);
});

test('two tabs, each at the provider\'s page: paid once, the other goes back', async () => {
  const one = await bundle();
  const doors = [(await begin(one)).redirect, (await begin(one)).redirect];
  assert.notEqual(doors[0], doors[1]);
  for (const door of doors) await one.who.pay(door);
  await until(() => states(one), list => list.every(state => state === 'paid'));
  for (const order of (await show(one)).orders)
    assert.equal((await one.who.api('GET', `/api/v1/orders/${order.id}`)).paid.minor, order.total.minor);
  assert.equal((await one.who.tryApi('POST', `/api/v1/bundles/${one.id}/payments`, {}, key('again'))).status, 409);
});

test('a shop that is paid elsewhere is not charged with the others', async () => {
  const hooks = [await connect('reef', 'stripe', {secret_key: KEY, webhook_secret: SECRET})];
  const one = await bundle();
  assert.deepEqual((await show(one)).left_to_pay.map(group => group.gateways), [[]]);
  assert.equal((await one.who.tryApi('POST', `/api/v1/bundles/${one.id}/payments`, {}, key('pay'))).status, 422);
  for (const handle of ['dune', 'tea'])
    hooks.push(await connect(handle, 'stripe', {secret_key: KEY, webhook_secret: SECRET}));
  stripe.hooks = hooks;
  assert.deepEqual((await show(one)).left_to_pay.map(group => group.gateways), [['stripe']]);
});

const sessionOf = step => step.redirect.split('/').pop();
const tellAll = async event => {
  for (const hook of stripe.hooks) assert.equal(await stripe.post(JSON.stringify(event), undefined, hook), 200);
};

test('Stripe: one session over the sum; every endpoint hears of it, each order is paid its share', async () => {
  const one = await bundle(), session = sessionOf(await begin(one));
  assert.equal(stripe.sessions.get(session).amount_total, 6850);
  stripe.finish(session);
  const {more, ...told} = stripe.sessions.get(session);
  await tellAll(stripe.event('checkout.session.completed', {...told, amount_total: 6849}));
  assert.deepEqual(await states(one), ['unpaid', 'unpaid', 'unpaid']);
  await tellAll(stripe.event('checkout.session.completed', told));
  await tellAll(stripe.event('checkout.session.completed', told));
  assert.deepEqual(await states(one), ['paid', 'paid', 'paid']);
  // What went to the other shops' endpoints is no news for them, and no alarm.
  for (const [i, handle] of SHOPS.entries()) {
    const order = (await seen(handle))[0];
    const page = await mara.get(`/console/${handle}/orders/${order.id}`);
    assert.equal((page.text.match(/A payment notice did not fit/g) ?? []).length, i === 0 ? 1 : 0, handle);
  }
  // Refunds are per order, against the one payment.
  const dune = (await seen('dune'))[0];
  await pond.merchant('POST', `/api/v1/console/dune/orders/${dune.id}/refunds`, {amount: '12.00'}, key('refund'));
  assert.equal((await seen('dune'))[0].payment, 'refunded');
  const intent = stripe.sessions.get(session).payment_intent;
  const back = await stripe.client.refunds.create({payment_intent: intent, amount: 4950});
  await tellAll(stripe.event('refund.created', back));
  await tellAll(stripe.event('refund.created', back));
  const sums = (await Promise.all(SHOPS.map(seen))).map(list => list[0].refunded.minor);
  assert.deepEqual(sums, [4900, 1200, 50]);
});

test('the server is killed while Stripe takes the money: the news finds all orders, once', async () => {
  const one = await bundle(), had = stripe.sessions.size;
  stripe.troubles.push('lost');
  assert.equal((await begin(one)).step, 'pending');
  assert.equal(stripe.sessions.size, had + 1);
  const session = [...stripe.sessions.keys()].pop(), port = pond.server.port;
  stripe.finish(session);
  await pond.server.kill9();
  await pond.restart(port);
  const {more, ...told} = stripe.sessions.get(session);
  await tellAll(stripe.event('checkout.session.completed', told));
  one.who.api = async (method, path) => ok(pond.server.client().api(method, path, undefined,
    {authorization: `Bearer ${one.who.token}`}));
  assert.deepEqual(await states(one), ['paid', 'paid', 'paid']);
  await tellAll(stripe.event('payment_intent.succeeded', {id: told.payment_intent, currency: 'eur', amount_received: 6850,
    metadata: told.metadata}));
  assert.deepEqual((await Promise.all(SHOPS.map(seen))).map(list => list[0].paid.amount), ['49.00', '12.00', '7.50']);
});

test('PayPal: one order of theirs over the sum, captured once', async () => {
  mara = pond.server.client();
  await mara.post('/login', {email: 'mara@reef.example', password: PASSWORD});
  for (const handle of SHOPS) await connect(handle, 'paypal', {...VALUES, sandbox: '1'});
  const one = await bundle(['dune', 'tea']);
  const theirs = new URL((await begin(one, {gateway: 'paypal'})).redirect).searchParams.get('token');
  assert.equal(paypal.orders.get(theirs).purchase_units[0].amount.value, '19.50');
  paypal.approve(theirs);
  const {pathname, search} = new URL(paypal.orders.get(theirs).experience.return_url);
  await one.who.browser.get(pathname + search);
  assert.deepEqual(await states(one), ['paid', 'paid']);
  const tea = (await seen('tea'))[0];
  await pond.merchant('POST', `/api/v1/console/tea/orders/${tea.id}/refunds`, {amount: '7.50'}, key('refund'));
  assert.deepEqual((await Promise.all(['dune', 'tea'].map(seen))).map(list => list[0].payment), ['paid', 'refunded']);
});

test('an order that is cancelled calls the charge off; the rest is offered anew', async () => {
  const one = await bundle(), session = sessionOf(await begin(one, {gateway: 'stripe'}));
  const dune = (await seen('dune'))[0];
  await pond.merchant('POST', `/api/v1/console/dune/orders/${dune.id}/cancel`, {why: 'broken'});
  await until(() => stripe.sessions.get(session).status, status => status === 'expired');
  const left = (await show(one)).left_to_pay;
  assert.deepEqual(left.map(group => [group.due.amount, group.orders.length]), [['56.50', 2]]);
  const second = sessionOf(await begin(one, {gateway: 'stripe'}));
  assert.equal(stripe.sessions.get(second).amount_total, 5650);
});

test('the books agree with all of it', async () => {
  await pond.server.stop();
  const verified = await pond.verify();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  await pond.restart();
});
