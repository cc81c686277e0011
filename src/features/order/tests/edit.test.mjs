// A shop edits orders: over the API and on its page, with the difference told before; the buyer reads it on her order's page
// and in her mail. The commands themselves: test_edit.c.
// engines: sqlite postgres
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {formFields} from '../../../../tests/lib/client.mjs';
import {ADDRESS, openPond, PASSWORD, until} from '../../../../tests/lib/wheel.mjs';

let pond, ann, mara, counter = 0;
const key = what => `${what}-${++counter}`;
before(async () => {
  pond = await openPond();
  ann = await pond.guest('Ann');
  mara = pond.server.client();
  await mara.post('/login', {email: 'mara@reef.example', password: PASSWORD});
});
after(() => pond?.close());

const place = quantity => ann.api('POST', '/api/v1/shops/reef/orders',
  {lines: [{variant: pond.product.variants[0].id, quantity}], ...ADDRESS}, {'idempotency-key': key('order')});
const seen = id => pond.console('GET', `/orders/${id}`);
async function pay(id, fields = {}) {
  const {redirect} = await ann.api('POST', `/api/v1/orders/${id}/payments`, fields, {'idempotency-key': key('pay')});
  await ann.pay(redirect);
  return until(() => seen(id), order => order.payment === 'paid');
}
const price = (id, edit) => pond.console('POST', `/orders/${id}/edit/price`, edit);
const edit = (id, fields, idempotencyKey = key('edit')) =>
  pond.console('POST', `/orders/${id}/edit`, fields, {'idempotency-key': idempotencyKey});
const tryEdit = (id, fields) => pond.server.client().api('POST', `/api/v1/console/reef/orders/${id}/edit`, fields,
  {authorization: `Bearer ${pond.merchantToken}`, 'idempotency-key': key('edit')});
const onShelf = async () => (await pond.console('GET', `/products/${pond.product.id}/stock`)).items[0].available;

test('nobody has paid: it is written anew, as it was told before', async () => {
  const order = await place(1), shelf = await onShelf();
  const want = {lines: [{position: 0, quantity: 3}], add: [{variant: pond.product.variants[1].id, quantity: 1}]};
  const told = await price(order.id, want);
  assert.equal(told.is_rewrite, true);
  assert.equal(told.difference.minor, 3 * 4900);
  assert.equal((await seen(order.id)).total.minor, order.total.minor, 'nothing is changed by asking');
  const wrong = await tryEdit(order.id, {...want, expected_minor: 1});
  assert.equal(wrong.status, 409);
  const twice = key('twice');
  const edited = await edit(order.id, {...want, expected_minor: told.difference.minor}, twice);
  await edit(order.id, {...want, expected_minor: told.difference.minor}, twice);
  assert.equal(edited.total.minor, order.total.minor + told.difference.minor);
  assert.deepEqual(edited.lines.map(line => line.quantity), [3, 1]);
  assert.equal(await onShelf(), shelf - 2);
  const page = await ann.browser.get(`/o/${order.id}?key=${order.access_key}`);
  assert.match(page.text, /What the shop changed/);
  assert.match(page.text, /\+ 2 × Tide one-piece/);
  const mail = await pond.smtp.waitFor(m => /before it was paid/.test(m.text));
  assert.match(mail.text, /\+ 2 × Tide one-piece/);
  // She pays what the page shows, or is told.
  const stale = await ann.tryApi('POST', `/api/v1/orders/${order.id}/payments`, {expected_minor: order.total.minor},
    {'idempotency-key': key('pay')});
  assert.equal(stale.status, 409);
  assert.match(stale.text, /price_changed/);
  await pay(order.id, {expected_minor: edited.total.minor});
});

test('what comes in costs what it costs today; what is there keeps its price', async () => {
  const order = await place(1);
  const {variants: [first]} = pond.product;
  const whole = await pond.console('GET', `/products/${pond.product.id}`);
  await pond.console('PUT', `/products/${pond.product.id}`, {...whole,
    variants: whole.variants.map(v => ({...v, price: v.id === first.id ? '55.00' : '49.00'}))});
  const edited = await edit(order.id, {lines: [{position: 0, quantity: 2}]});
  assert.deepEqual(edited.lines.map(line => [line.quantity, line.unit.minor]), [[1, 4900], [1, 5500]]);
  await pond.console('PUT', `/products/${pond.product.id}`, {...whole,
    variants: whole.variants.map(v => ({...v, price: '49.00'}))});
  await pond.console('POST', `/orders/${order.id}/cancel`, {why: 'enough'});
});

test('money came: what is added is paid by itself, and travels along', async () => {
  const order = await place(1);
  await pay(order.id);
  const edited = await edit(order.id, {add: [{variant: pond.product.variants[1].id, quantity: 2}]});
  assert.equal(edited.total.minor, order.total.minor, 'what was paid stands');
  const [more] = edited.additions;
  const mail = await pond.smtp.waitFor(m => /added something to your order/.test(m.text));
  assert.match(mail.text, /\+ 2 × Tide one-piece/);
  const page = await pond.server.client().get(`/o/${order.id}?key=${order.access_key}`);
  assert.match(page.text, new RegExp(`/o/${more}`), 'the order leads to what was added');
  const [door] = page.text.match(new RegExp(`/o/${more}[^"]*`));
  assert.match((await pond.server.client().get(door.replace('&amp;', '&'))).text, /Added to order/);
  assert.equal((await ann.api('GET', `/api/v1/orders/${more}`)).added_to, order.id);
  await pay(more);
  await pond.console('POST', `/orders/${order.id}/ship`, {tracking: '3S'});
  assert.equal((await seen(more)).fulfilment, 'shipped');
  assert.equal((await tryEdit(order.id, {lines: [{position: 0, quantity: 2}]})).status, 409);
});

test('on the page of the shop: told first, then done', async () => {
  const order = await place(2), path = `/console/reef/orders/${order.id}/change`;
  await pay(order.id);
  const fields = {q0: '1', add_0: pond.product.variants[2].id, more_0: '1'};
  const form = await mara.get(path);
  const told = await mara.post(path, {...formFields(form.text, path), ...fields, do: 'look'});
  assert.equal(told.status, 200, told.text);
  assert.match(told.text, /Goes back/);
  assert.match(told.text, /to be paid by the buyer/);
  const hidden = formFields(told.text, path);
  assert.equal(hidden.expected_minor, '0');
  assert.equal((await mara.post(path, {...hidden, ...fields, do: 'edit'})).status, 303);
  const done = await until(() => seen(order.id), o => o.refunded.minor === 4900);
  assert.equal(done.additions.length, 1);
  assert.equal((await mara.post(path, {...hidden, q0: '1', sku: 'NO-SUCH', do: 'look'})).status, 422);
});

test('what is wrong is said, and nothing is changed', async () => {
  const order = await place(1);
  for (const [fields, status] of [
    [{}, 422], [{lines: [{position: 7, quantity: 1}]}, 422], [{lines: [{position: 0, quantity: 1000}]}, 422],
    [{lines: [{position: 0, quantity: 0}]}, 409], [{lines: [{position: 0, quantity: 900}]}, 409], [{add: 'all'}, 400],
    [{add: [{variant: '0000000000001', quantity: 1}]}, 422], [{country: 'NL', name: ''}, 422],
  ]) {
    const answer = await tryEdit(order.id, fields);
    assert.equal(answer.status, status, JSON.stringify(fields) + answer.text);
  }
  const after = await seen(order.id);
  assert.deepEqual([after.total.minor, after.lines.length], [order.total.minor, 1]);
});

test('verify finds nothing wrong after all that', async () => {
  const verified = await pond.verify();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
});
