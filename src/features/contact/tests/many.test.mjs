// Customers taken out as CSV, all of a filter or the chosen ones, and their "no" to news written down together.
// engines: sqlite postgres
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {openPond, PASSWORD, until} from '../../../../tests/lib/wheel.mjs';

let pond, mara, csrf;

before(async () => {
  pond = await openPond();
  for (const [name, yes] of [['Ann', true], ['=Bo', true], ['Cy', false]]) {
    const one = await pond.guest(name);
    await one.api(
      'POST',
      '/api/v1/shops/reef/orders',
      {
        lines: [{variant: pond.product.variants[0].id, quantity: 1}],
        email: `${name.replace('=', '').toLowerCase()}@pond.example`,
        name,
        line1: 'Mill Lane 1',
        city: 'Utrecht',
        postcode: '3511 AA',
        country: 'NL',
        phone: '+31612345678',
        ...(yes && {mail_consent: true}),
      },
      {'idempotency-key': `one-${name}`},
    );
  }
  await until(() => pond.console('GET', '/customers'), list => list.items.length === 3);
  mara = pond.server.client();
  await mara.post('/login', {email: 'mara@reef.example', password: PASSWORD});
  csrf = (await mara.get('/console/reef/customers')).text.match(/name="csrf" value="([^"]*)"/)[1];
});
after(() => pond?.close());

const ids = async query =>
  [...(await mara.get(`/console/reef/customers${query}`)).text.matchAll(/name="contact" value="(\w+)"/g)].map(m => m[1]);
const many = (what, chosen) => mara.post('/console/reef/customers/many',
  new URLSearchParams([['csrf', csrf], ['do', what], ...chosen.map(id => ['contact', id])]));
const lines = answer => answer.text.trim().split('\r\n');

test('the CSV holds those of the filter, and nothing that a spreadsheet would run', async () => {
  const answer = await mara.get('/console/reef/customers/export.csv');
  assert.match(answer.headers.get('content-disposition'), /reef-customers\.csv/);
  assert.equal(lines(answer).length, 4);
  assert.match(answer.text, /'=Bo,bo@pond\.example/);
  assert.equal(lines(await mara.get('/console/reef/customers/export.csv?q=cy')).length, 2);
});

test('a customer is known by words: no numbers of ours, sums as everywhere', async () => {
  for (const id of await ids('')) {
    const words = (await mara.get(`/console/reef/customers/${id}`)).text.replace(/<script[\s\S]*?<\/script>|<[^>]*>/g, ' ');
    assert.match(words, /Known by/);
    assert.doesNotMatch(words, /(?=\w*\d)\b[0-9a-z]{13}\b/);
    assert.match(words, /Ordered for €49\.00/);
  }
});

test('the chosen ones alone', async () => {
  const [first] = await ids('');
  assert.equal(lines(await many('export', [first])).length, 2);
  assert.equal((await many('export', [])).status, 422);
  assert.equal((await many('export', ['0123456789abc'])).status, 404);
});

test('"no" for many at once', async () => {
  const before = await ids('?news=1');
  assert.equal((await many('no_news', await ids(''))).status, 303);
  assert.deepEqual(await ids('?news=1'), []);
  assert.equal(before.length, 2);
});
