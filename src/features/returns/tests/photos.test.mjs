// Photos of what is wrong with the goods: on the page and over the API, of whose camera, how many, and what is no photo.
// engines: sqlite postgres
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {formFields} from '../../../../tests/lib/client.mjs';
import {photograph} from '../../../../tests/lib/picture.mjs';
import {ADDRESS, openPond, until} from '../../../../tests/lib/wheel.mjs';

let pond, ann;
before(async () => {
  pond = await openPond();
  ann = await pond.guest('Ann');
});
after(() => pond?.close());

// An order that has arrived; key makes it a new one.
async function delivered(key, who = ann) {
  const order = await who.api('POST', '/api/v1/shops/reef/orders',
    {lines: [{variant: pond.product.variants[0].id, quantity: 1}], ...ADDRESS}, {'idempotency-key': key});
  const {redirect} = await who.api('POST', `/api/v1/orders/${order.id}/payments`, {}, {'idempotency-key': `${key}-pay`});
  await who.pay(redirect);
  await until(() => pond.console('GET', `/orders/${order.id}`), o => o.payment === 'paid');
  await pond.console('POST', `/orders/${order.id}/ship`, {});
  await pond.console('POST', `/orders/${order.id}/deliver`, {});
  return order;
}

// Asks on the page, as somebody who has the order's link.
async function ask(order, files) {
  const browser = pond.server.client();
  const page = await browser.get(`/o/${order.id}/return?key=${order.access_key}`);
  const form = new FormData();
  const hidden = formFields(page.text, `/o/${order.id}/return`);
  for (const [name, value] of Object.entries({...hidden, q0: '1', reason: 'broken'})) form.append(name, value);
  for (const bytes of files) form.append('photo', new Blob([bytes]), '../../evil.html');
  return browser.post(`/o/${order.id}/return`, form, {headers: {origin: pond.server.client().base}});
}

const returnsOf = async order => (await pond.console('GET', '/returns')).items.filter(one => one.order === order.id);
const upload = async (person, bytes) => {
  const form = new FormData();
  form.append('photo', new Blob([bytes]), 'a.png');
  const sent = await person.browser.post('/api/v1/media', form,
    {headers: {authorization: `Bearer ${person.token}`, accept: 'application/json'}});
  assert.equal(sent.status, 201, sent.text);
  return sent.json().items[0].id;
};
const settled = async (person, id) => {
  const {photo} = await until(() => person.api('GET', `/api/v1/media/${id}`), answer => answer.photo.state !== 'waiting');
  return photo.state;
};

test('photos from the page stand on the return', async () => {
  const order = await delivered('page');
  const sent = await ask(order, [photograph(300, 400), photograph(40, 40)]);
  assert.equal(sent.status, 303, sent.text);
  const [made] = await returnsOf(order);
  assert.equal(made.photos.length, 2);
  for (const id of made.photos) {
    const file = await until(() => pond.server.client().get(`/m/${id}/600.webp`), answer => answer.status === 200);
    assert.equal(file.headers.get('content-type'), 'image/webp');
  }
});

test('five are too many: in words, and nothing is asked', async () => {
  const order = await delivered('many');
  const small = photograph(20, 20);
  const sent = await ask(order, [small, small, small, small, small]);
  assert.equal(sent.status, 422, sent.text);
  assert.match(sent.text, /photos/);
  assert.deepEqual(await returnsOf(order), []);
});

test('what is no photo is shown to nobody; the return stands', async () => {
  const order = await delivered('html');
  assert.equal((await ask(order, ['<script>alert(1)</script>'])).status, 303);
  const [made] = await returnsOf(order);
  const id = made.photos[0];
  await until(() => pond.console('GET', `/returns/${made.id}`), one => one.id === made.id);
  assert.equal((await pond.server.client().get(`/m/${id}/600.webp`)).status, 404);
  const own = await upload(ann, '<script>alert(1)</script>');
  assert.equal(await settled(ann, own), 'refused');
  assert.equal((await pond.server.client().get(`/m/${own}/600.webp`)).status, 404);
});

test('over the API: own photos only, four at most, on own orders', async () => {
  const order = await delivered('api'), eve = await pond.guest('Eve');
  const mine = await upload(ann, photograph(30, 30)), hers = await upload(eve, photograph(30, 30));
  const path = `/api/v1/orders/${order.id}/returns`;
  const post = (who, photos, key) => who.tryApi('POST', path,
    {lines: [{position: 0, quantity: 1}], reason: 'broken', photos}, {'idempotency-key': key});
  assert.equal((await post(ann, [hers], 'of another')).status, 422);
  assert.equal((await post(ann, [mine, mine, mine, mine, mine], 'too many')).status, 400);
  assert.equal((await post(ann, 'evil', 'no list')).status, 400);
  assert.equal((await post(ann, ['../etc'], 'no id')).status, 400);
  assert.equal((await post(eve, [hers], 'of another order')).status, 404);
  assert.deepEqual(await returnsOf(order), []);
  const answer = await post(ann, [mine], 'fine');
  assert.equal(answer.status, 201, answer.text);
  const made = answer.json();
  assert.deepEqual(made.photos, [mine]);
  assert.equal((await eve.tryApi('GET', `${path}/${made.id}`)).status, 404);
});

test('verify finds nothing wrong after all that', async () => {
  const verified = await pond.verify();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
});
