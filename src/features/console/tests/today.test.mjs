// Today: one next step that can be left, what needs the merchant, and the lists behind it; products changed many at once.
// engines: sqlite postgres
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {openPond, PASSWORD, until} from '../../../../tests/lib/wheel.mjs';

let pond, mara, csrf;

before(async () => {
  pond = await openPond({stock: 4, refuseMail: ({envelope}) =>
    /nobody@/.test(envelope.rcptTo[0].address) && Object.assign(new Error('nobody here'), {responseCode: 550})});
  mara = pond.server.client();
  await mara.post('/login', {email: 'mara@reef.example', password: PASSWORD});
  csrf = (await mara.get('/console/reef/products')).text.match(/name="csrf" value="([^"]*)"/)[1];
});
after(() => pond?.close());

const post = (path, fields) => mara.post(`/console/reef${path}`, new URLSearchParams([['csrf', csrf], ...fields]));
const today = async () => (await mara.get('/console/reef')).text;
const step = async () => (await today()).match(/name="step" value="(\d)"/)?.[1];

test('the next step is a link; one that was left does not come back', async () => {
  assert.equal(await step(), '3');
  await pond.pool('Instagram');
  assert.equal(await step(), '4');
  assert.equal((await post('/guide/leave', [['step', '4']])).status, 303);
  assert.equal(await step(), '5');
  assert.equal((await post('/guide/leave', [['step', '5']])).status, 303);
  assert.equal(await step(), undefined);
  assert.equal((await post('/guide/leave', [['step', '9']])).status, 422);
});

test('what runs out leads to a list of it', async () => {
  assert.match(await today(), /href="\/console\/reef\/products\/low"/);
  const page = await mara.get('/console/reef/products/low');
  assert.match(page.text, new RegExp(`/console/reef/products/${pond.product.id}/stock`));
});

test('a mail that nobody takes stands on Today, and behind it the list with its reason', async () => {
  assert.doesNotMatch(await today(), /mails\?state=dead/);
  const one = await pond.guest('Ann');
  const order = await one.api(
    'POST',
    '/api/v1/shops/reef/orders',
    {
      lines: [{variant: pond.product.variants[0].id, quantity: 1}],
      email: 'nobody@pond.example',
      name: 'Ann Li',
      line1: 'Mill Lane 1',
      city: 'Utrecht',
      postcode: '3511 AA',
      country: 'NL',
      phone: '+31612345678',
    },
    {'idempotency-key': 'dead'},
  );
  const {redirect} = await one.api('POST', `/api/v1/orders/${order.id}/payments`, {}, {'idempotency-key': 'dead-pay'});
  await one.pay(redirect);
  await until(today, text => /mails\?state=dead/.test(text));
  assert.match((await mara.get('/console/reef/mails?state=dead')).text, /nobody@pond\.example/);
  assert.match((await mara.get('/console/reef/figures')).text, /49/);
});

test('products go to the drafts and come back, many at once', async () => {
  const of = async status =>
    [...(await mara.get(`/console/reef/products?status=${status}`)).text.matchAll(/name="product" value="(\w+)"/g)].map(
      m => m[1],
    );
  const id = pond.product.id;
  assert.deepEqual(await of('active'), [id]);
  assert.equal((await post('/products/many', [['do', 'draft'], ['product', id]])).status, 303);
  assert.deepEqual(await of('draft'), [id]);
  assert.equal((await post('/products/many', [['do', 'active'], ['product', id]])).status, 303);
  assert.deepEqual(await of('active'), [id]);
  assert.equal((await post('/products/many', [['do', 'archived'], ['product', '0123456789abc']])).status, 404);
  assert.equal((await post('/products/many', [['do', 'eaten'], ['product', id]])).status, 400);
  assert.equal((await post('/products/many', [['do', 'draft']])).status, 422);
});
