// Bank transfer and payment on delivery: what the buyer reads, who says that the money is here, and when two have to.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {ADDRESS, openPond, PASSWORD, until} from '../lib/wheel.mjs';

let pond, mara, counter = 0;
const key = what => `${what}-${++counter}`;

before(async () => {
  pond = await openPond();
  mara = pond.server.client();
  await mara.post('/login', {email: 'mara@reef.example', password: PASSWORD});
});
after(() => pond?.close());

async function form(path, fields, at = path) {
  const page = await mara.get(at);
  return mara.post(path, {csrf: page.text.match(/name="csrf" value="([^"]*)"/)[1], ...fields});
}
const switchOn = fields => form('/console/reef/payments/transfer', fields);
const state = one => one.guest.api('GET', `/api/v1/orders/${one.id}`);

async function order(gateway) {
  const guest = await pond.guest(`Ann ${++counter}`);
  const made = await guest.api('POST', '/api/v1/shops/reef/orders',
    {lines: [{variant: pond.product.variants[0].id, quantity: 1}], ...ADDRESS}, {'idempotency-key': key('order')});
  const step = await guest.api('POST', `/api/v1/orders/${made.id}/payments`, {gateway}, {'idempotency-key': key('pay')});
  return {guest, id: made.id, number: made.number, total: made.total.minor, step: step.step};
}

// What the order's page offers to the shop for its payment.
async function act(one, what) {
  const path = `/console/reef/orders/${one.id}`;
  const page = await mara.get(path);
  const action = page.text.match(new RegExp(`action="([^"]*/payments/[^"]*/${what})"`))?.[1];
  return action === undefined ? undefined : form(action, {}, path);
}

test('a transfer to nowhere is not offered', async () => {
  assert.equal((await switchOn({transfer: '1', words: ' '})).status, 422);
  const words = 'Mara Reef\nNL91 ABNA 0417 1643 00';
  assert.equal((await switchOn({transfer: '1', delivery: '1', words, limit: '100'})).status, 303);
});

test('the buyer reads where to and which reference; one person says that the money is here', async () => {
  const one = await order('transfer');
  assert.equal(one.step, 'pending');
  const page = await one.guest.browser.get(`/o/${one.id}`);
  assert.match(page.text, /NL91 ABNA/);
  assert.match(page.text, new RegExp(`reference ${one.number}`));
  const left = new Date((await state(one)).expires_at) - Date.now();
  assert.ok(left > 6 * 24 * 3600e3, 'the goods wait for a week');
  assert.equal((await act(one, 'capture')).status, 303);
  assert.equal((await state(one)).payment, 'paid');
  assert.equal(await act(one, 'capture'), undefined);
});

test('on delivery: settled at once, shipped, and paid when it was handed over', async () => {
  const one = await order('delivery');
  assert.equal(one.step, 'authorised');
  assert.equal((await state(one)).payment, 'authorised');
  await pond.console('POST', `/orders/${one.id}/ship`, {tracking: '3S'});
  await pond.console('POST', `/orders/${one.id}/deliver`, {});
  assert.equal((await act(one, 'capture')).status, 303);
  const got = await state(one);
  assert.equal(got.payment, 'paid');
  assert.equal(got.state, 'closed');
});

test('on delivery, and it all comes back before anybody has paid: nothing is wanted any more', async () => {
  const one = await order('delivery');
  await pond.console('POST', `/orders/${one.id}/ship`, {});
  await pond.console('POST', `/orders/${one.id}/deliver`, {});
  const asked = await one.guest.api('POST', `/api/v1/orders/${one.id}/returns`,
    {lines: [{position: 0, quantity: 1}], reason: 'mind'}, {'idempotency-key': key('return')});
  for (const step of ['agree', 'receive', 'refund']) await pond.console('POST', `/returns/${asked.id}/${step}`, {});
  const back = await pond.console('GET', `/returns/${asked.id}`);
  assert.equal(back.state, 'refunded');
  assert.equal(back.refund.minor, 0, 'nothing was paid');
  await until(() => state(one), o => o.payment === 'unpaid');
  assert.equal((await state(one)).state, 'closed');
  assert.equal(await act(one, 'capture'), undefined, 'nobody is asked for the cash');
  assert.equal(await act(one, 'cancel'), undefined);
});

test('above the limit a second person has to say so too', async () => {
  assert.equal((await switchOn({transfer: '1', delivery: '1', words: 'NL91 ABNA', limit: '1'})).status, 303);
  const one = await order('transfer');
  for (let i = 0; i < 2; i++) {
    await act(one, 'capture');
    assert.equal((await state(one)).payment, 'unpaid', 'the same person twice is one person');
  }
  const made = await pond.merchant('POST', '/api/v1/shops', {handle: `other-${process.pid}`, name: 'Other', currency: 'EUR',
    country: 'NL', language: 'en'});
  const page = await mara.get(`/console/reef/orders/${one.id}`);
  const [, payment] = page.text.match(/payments\/(\w+)\/capture/);
  const foreign = await mara.api('POST', `/api/v1/console/${made.handle}/orders/${one.id}/payments/${payment}/capture`, {});
  assert.equal(foreign.status, 404, 'a payment of another shop');
  assert.match(page.text, /Somebody of the shop saw the money/);
  assert.equal((await state(one)).payment, 'unpaid');
});

test('what does not come is called off, and the buyer may pay otherwise', async () => {
  const one = await order('delivery');
  assert.equal((await act(one, 'cancel')).status, 303);
  for (const late = performance.now() + 20_000; (await state(one)).payment !== 'unpaid';) {
    assert.ok(performance.now() < late, 'never called off');
  }
});

test('the books agree', async () => {
  const {code, stdout, stderr} = await pond.verify();
  assert.equal(code, 0, stdout + stderr);
});
