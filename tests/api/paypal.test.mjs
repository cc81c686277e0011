// PayPal against a stand-in with a certificate of its own root: approved, captured once whichever way the news comes,
// refunded, and nothing believed that PayPal did not sign for this shop.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {crc32, startPaypal, VALUES} from '../lib/paypal.mjs';
import {ADDRESS, openPond, PASSWORD} from '../lib/wheel.mjs';

let paypal, pond, mara, counter = 0;
const key = what => `${what}-${++counter}`;
const local = location => { const {pathname, search} = new URL(location); return pathname + search; };

before(async () => {
  paypal = await startPaypal();
  pond = await openPond({env: paypal.env});
  mara = pond.server.client();
  await mara.post('/login', {email: 'mara@reef.example', password: PASSWORD});
});
after(async () => {
  await pond?.close();
  await paypal?.stop();
});

async function connect(fields) {
  const page = await mara.get('/console/reef/payments/paypal');
  return mara.post('/console/reef/payments/paypal', {csrf: page.text.match(/name="csrf" value="([^"]*)"/)[1], ...fields});
}
async function order() {
  const guest = await pond.guest(`Ann ${++counter}`);
  const made = await guest.api('POST', '/api/v1/shops/reef/orders',
    {lines: [{variant: pond.product.variants[0].id, quantity: 1}], ...ADDRESS}, {'idempotency-key': key('order')});
  return {guest, id: made.id, total: made.total.minor, value: made.total.amount};
}
const begin = one =>
  one.guest.api('POST', `/api/v1/orders/${one.id}/payments`, {gateway: 'paypal'}, {'idempotency-key': key('pay')});
const state = one => one.guest.api('GET', `/api/v1/orders/${one.id}`);
const theirs = step => new URL(step.redirect).searchParams.get('token');
const come = (one, id) => one.guest.browser.get(local(paypal.orders.get(id).experience.return_url));

async function approved() {
  const one = await order();
  one.order = theirs(await begin(one));
  paypal.approve(one.order);
  return one;
}
async function paid() {
  const one = await approved();
  await come(one, one.order);
  assert.equal((await state(one)).payment, 'paid');
  one.capture = paypal.orders.get(one.order).purchase_units[0].payments.captures[0];
  return one;
}

test('nothing is on without all three values, and they are tried before they are kept', async () => {
  for (const missing of Object.keys(VALUES))
    assert.equal((await connect({...VALUES, sandbox: '1', [missing]: ''})).status, 422, missing);
  assert.equal((await connect({...VALUES, secret: 'another-secret', sandbox: '1'})).status, 403);
  assert.equal((await connect({...VALUES, sandbox: '1'})).status, 303);
  const page = await mara.get('/console/reef/payments/paypal');
  assert.match(page.text, /sandbox/);
  assert.ok(!page.text.includes(VALUES.secret) && !page.text.includes(VALUES.client_id));
  paypal.hook = `${pond.server.url}/hooks/paypal/${page.text.match(/\/hooks\/paypal\/(\w+)"/)[1]}`;
});

test('the vector of the checksum', () => assert.equal(crc32(Buffer.from('{"a":1}')), 1444654255));

test('approved and captured once: she comes back, the event comes, both at once', async () => {
  for (const how of ['back', 'event', 'both']) {
    const one = await approved();
    const event = paypal.event('CHECKOUT.ORDER.APPROVED', paypal.orders.get(one.order));
    await Promise.all([...(how === 'back' ? [] : [paypal.send(event)]), ...(how === 'event' ? [] : [come(one, one.order)])]);
    const got = await state(one);
    assert.equal(got.payment, 'paid', how);
    const capture = paypal.orders.get(one.order).purchase_units[0].payments.captures[0];
    assert.equal(await paypal.send(paypal.event('PAYMENT.CAPTURE.COMPLETED', capture)), 200);
    assert.equal((await state(one)).paid.minor, one.total, how);
    const calls = paypal.calls.filter(call => call.path === `/v2/checkout/orders/${one.order}/capture`);
    assert.equal(new Set(calls.map(call => call.key)).size, 1, 'one key, one capture');
  }
});

test('not approved is not paid; silence and 5xx are no refusal; what the bank declines is told', async () => {
  const one = await order();
  const id = theirs(await begin(one));
  await come(one, id);
  assert.equal((await state(one)).payment, 'unpaid');
  for (const trouble of ['lost', 'silent', 503]) {
    paypal.troubles.push(trouble);
    assert.equal((await begin(one)).step, 'pending', String(trouble));
  }
  const captured = await approved();
  paypal.troubles.push('lost');
  await come(captured, captured.order);
  assert.equal((await state(captured)).payment, 'unpaid');
  await come(captured, captured.order);
  assert.equal((await state(captured)).payment, 'paid', 'asked again, it says that it was captured');
  const two = await approved();
  paypal.declines = true;
  await come(two, two.order);
  paypal.declines = false;
  assert.equal((await state(two)).payment, 'unpaid');
  assert.match((await two.guest.browser.get(`/o/${two.id}`)).text, /could not take the money/);
});

test('refunds: ours, their desk\'s, twice told, before the capture', async () => {
  const one = await paid();
  await pond.console('POST', `/orders/${one.id}/refunds`, {amount: '10.00'}, {'idempotency-key': key('r')});
  assert.equal((await state(one)).refunded.minor, 1000);
  const [, desk] = paypal.refund(one.capture.id, {currency_code: 'EUR', value: '5.00'});
  const event = paypal.event('PAYMENT.CAPTURE.REFUNDED', desk);
  for (let i = 0; i < 2; i++) assert.equal(await paypal.send(event), 200);
  assert.equal((await state(one)).refunded.minor, 1500);

  const two = await approved();
  paypal.troubles.push('lost');
  await come(two, two.order);
  const capture = paypal.orders.get(two.order).purchase_units[0].payments.captures[0];
  const [, early] = paypal.refund(capture.id, {currency_code: 'EUR', value: '7.00'});
  assert.equal(await paypal.send(paypal.event('PAYMENT.CAPTURE.REFUNDED', early)), 200);
  assert.equal((await state(two)).payment, 'unpaid');
  assert.equal(await paypal.send(paypal.event('PAYMENT.CAPTURE.COMPLETED', capture)), 200);
  assert.equal((await state(two)).refunded.minor, 700);
});

test('C-30 and C-31: what PayPal did not sign for this shop, or does not fit, pays nothing', async () => {
  const one = await approved();
  const resource = {id: 'C-EVIL', custom_id: paypal.orders.get(one.order).purchase_units[0].custom_id,
    amount: {currency_code: 'EUR', value: one.value}, status: 'COMPLETED'};
  const payload = JSON.stringify(paypal.event('PAYMENT.CAPTURE.COMPLETED', resource));
  const good = paypal.sign(payload);
  const week = new Date(Date.now() - 7 * 24 * 3600e3).toISOString();
  const refused = {
    unsigned: {},
    'another webhook': paypal.sign(payload, {webhook: 'OTHER'}),
    'an empty webhook id': paypal.sign(payload, {webhook: ''}),
    'other bytes': paypal.sign(payload + ' '),
    'a certificate of another host': paypal.sign(payload, {signer: 'other'}),
    'a root that nobody knows': paypal.sign(payload, {signer: 'stranger'}),
    'another algorithm': {...good, 'paypal-auth-algo': 'SHA1withRSA'},
    'another transmission': {...good, 'paypal-transmission-id': 'T'},
    old: paypal.sign(payload, {time: week}),
    'a certificate from elsewhere': paypal.sign(payload, {url: 'https://evil.example/cert.pem'}),
    'a host that begins alike': paypal.sign(payload, {url: 'https://api.paypal.com.evil.example/cert.pem'}),
  };
  for (const [what, headers] of Object.entries(refused)) {
    assert.equal(await paypal.post(payload, headers), 403, what);
    assert.equal((await state(one)).payment, 'unpaid', what);
  }
  const two = await order();
  const wrong = [{amount: {currency_code: 'EUR', value: '0.01'}}, {amount: {currency_code: 'USD', value: one.value}},
    {custom_id: `${resource.custom_id.split('.')[0]}.${two.id}`}, {custom_id: `${two.id}.${two.id}`}];
  for (const changes of wrong)
    assert.equal(await paypal.send(paypal.event('PAYMENT.CAPTURE.COMPLETED', {...resource, ...changes})), 200);
  assert.equal((await state(one)).payment, 'unpaid');
  assert.equal((await state(two)).payment, 'unpaid');
  assert.equal(await paypal.post(payload, good), 200);
  assert.equal(await paypal.post(payload, good), 200);
  assert.equal((await state(one)).paid.minor, one.total);
});

test('the books agree', async () => {
  const {code, stdout, stderr} = await pond.verify();
  assert.equal(code, 0, stdout + stderr);
});
