// A shopper buys, gets her parcel, asks to return it, sends it back, and has her money: a phone of 390 px and a desk of
// 1280 px. Then what goes wrong: two tabs, double presses, strangers, a server that dies in between.
// engines: sqlite postgres
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {browser, seriousFindings} from '../lib/browser.mjs';
import {desk, noFaults, phone, shot, site} from '../lib/journey.mjs';
import {ADDRESS, openPond, until} from '../lib/wheel.mjs';

let pond, chromium, ann, mara, order, back;

before(async () => {
  pond = await openPond();
  chromium = await browser();
  mara = await desk(chromium, pond);
  ann = await phone(chromium);
});
after(async () => {
  await chromium?.close();
  await pond?.close();
});

const seen = () => pond.console('GET', `/orders/${order}`);
const theReturn = () => pond.console('GET', `/returns/${back}`);
const press = (one, selector) => Promise.all([one.page.waitForEvent('load'), one.page.locator(selector).click()]);

test('she buys two pieces, and they arrive', async () => {
  await ann.page.goto(`${site(pond)}/s/reef/p/${pond.product.handle}`);
  await ann.tap(ann.page.locator('.options .option').first());
  await ann.page.fill('input[name="quantity"]', '2');
  await ann.tap(ann.page.locator('.buybar button.primary'));
  await ann.page.waitForURL(/\/checkout\//);
  for (const [name, value] of Object.entries(ADDRESS)) {
    if (name !== 'country') await ann.page.fill(`[name="${name}"]`, value);
  }
  await ann.tap(ann.page.locator('.buybar button.primary'));
  await ann.page.waitForURL(/\/pay\/test\//);
  await ann.tap(ann.page.locator('button[value="pay"]'));
  await ann.page.waitForURL(/\/o\//);
  order = ann.page.url().match(/\/o\/(\w+)/)[1];
  assert.equal(await ann.page.locator(`a[href*="/o/${order}/return"]`).count(), 0, 'nothing to return yet');
  await until(seen, o => o.payment === 'paid');
  await pond.console('POST', `/orders/${order}/ship`, {tracking: '3SPOST1'});
  await pond.console('POST', `/orders/${order}/deliver`, {});
});

test('she asks to return one', async () => {
  await ann.page.goto(`${site(pond)}/o/${order}`);
  assert.doesNotMatch(await ann.page.textContent('main'), /confirmation goes to/, 'that was news before it arrived');
  await shot(ann, 'return-1-order');
  await ann.tap(ann.page.locator(`a[href="/o/${order}/return"]`));
  await ann.page.waitForURL(/\/return$/);
  await ann.page.fill('#q0', '1');
  await ann.page.check('input[value="fit"]', {force: true});
  await ann.page.fill('#words', 'A size larger, <b>please</b>');
  assert.deepEqual(await seriousFindings(ann.page), []);
  await shot(ann, 'return-2-ask');
  await Promise.all([ann.page.waitForURL(/\/returns\//), ann.tap(ann.page.locator('.buybar button'))]);
  back = ann.page.url().match(/\/returns\/(\w+)/)[1];
  assert.deepEqual(await seriousFindings(ann.page), []);
  await shot(ann, 'return-3-asked');
});

test('the shop sees it in its list and agrees', async () => {
  await mara.page.goto(`${site(pond)}/console/reef/returns`);
  assert.match(await mara.page.textContent('nav'), /Returns\s*1/);
  await shot(mara, 'return-4-list');
  await press(mara, `a.who[href*="${back}"]`);
  await mara.page.fill('#words', 'Reef & Tide\nQuay 1, 1011 AB Amsterdam');
  assert.deepEqual(await seriousFindings(mara.page), []);
  await shot(mara, 'return-5-answer');
  await press(mara, 'form[action$="/agree"] button.primary');
  assert.equal((await theReturn()).state, 'agreed');
});

test('she sends it, it arrives, and her money goes back', async () => {
  await ann.page.goto(`${site(pond)}/o/${order}/returns/${back}`);
  assert.match(await ann.page.textContent('main'), /Quay 1/);
  await ann.page.fill('#tracking', '3SBACK1');
  assert.deepEqual(await seriousFindings(ann.page), []);
  await shot(ann, 'return-6-send');
  await Promise.all([ann.page.waitForEvent('load'), ann.tap(ann.page.locator('form[action$="/send"] button'))]);
  await mara.page.goto(`${site(pond)}/console/reef/returns/${back}`);
  assert.match(await mara.page.textContent('main'), /3SBACK1/);
  await press(mara, 'form[action$="/receive"] button.primary');
  await shot(mara, 'return-7-received');
  const [{on_hand: shelf}] = (await pond.console('GET', `/products/${pond.product.id}/stock`)).items;
  assert.equal(shelf, 49, 'two were sold, one is on the shelf again');
  assert.equal(await mara.page.inputValue('#amount'), '49.00');
  await press(mara, 'form[action$="/refund"] button.primary');
  await until(seen, o => o.refunded.minor === 4900);
  await ann.page.goto(`${site(pond)}/o/${order}/returns/${back}`);
  assert.match(await ann.page.textContent('main'), /49\.00/);
  await shot(ann, 'return-8-refunded');
  await mara.page.goto(`${site(pond)}/console/reef/orders/${order}`);
  await shot(mara, 'return-9-order');
  const mail = await pond.smtp.waitFor(m => /Return 1/.test(m.subject ?? m.text) && /sent back/.test(m.text));
  assert.match(mail.text, /49\.00/);
  noFaults(ann);
  noFaults(mara);
});

test('pressed twice, in two tabs, by a stranger, over a kill: one refund', async () => {
  const bo = await pond.guest('Bo'), eve = await pond.guest('Eve');
  const placed = await bo.api('POST', '/api/v1/shops/reef/orders',
    {lines: [{variant: pond.product.variants[0].id, quantity: 2}], ...ADDRESS}, {'idempotency-key': 'bo'});
  const {redirect} = await bo.api('POST', `/api/v1/orders/${placed.id}/payments`, {}, {'idempotency-key': 'bo-pay'});
  await bo.pay(redirect);
  await bo.paid();
  await pond.console('POST', `/orders/${placed.id}/ship`, {});
  const path = `/api/v1/orders/${placed.id}/returns`;
  const ask = (who, quantity, key) =>
    who.tryApi('POST', path, {lines: [{position: 0, quantity}], reason: 'mind'}, {'idempotency-key': key});
  const asked = await Promise.all(['a', 'a', 'a', 'b', 'c'].map(key => ask(bo, 2, key)));
  const made = asked.filter(answer => answer.status === 201).map(answer => answer.json().id);
  assert.equal(new Set(made).size, 1, 'two pieces are returned once');
  assert.ok(asked.every(answer => [201, 409].includes(answer.status)));
  const id = made[0];
  assert.equal((await ask(eve, 1, 'eve')).status, 404);
  for (const what of ['send', 'withdraw']) assert.equal((await eve.tryApi('POST', `${path}/${id}/${what}`, {})).status, 404);
  await pond.console('POST', `/returns/${id}/agree`, {});
  await bo.api('POST', `${path}/${id}/send`, {tracking: 'X'});
  await pond.console('POST', `/returns/${id}/receive`, {restock: true});
  const presses = Array.from({length: 6}, () => pond.console('POST', `/returns/${id}/refund`, {}));
  assert.deepEqual(new Set((await Promise.all(presses)).map(r => r.refund.amount)), new Set([placed.total.amount]));
  const {port} = pond.server;
  await pond.server.kill9();
  await pond.restart(port);
  await pond.console('POST', `/returns/${id}/refund`, {});
  const done = await until(() => pond.console('GET', `/orders/${placed.id}`), o => o.payment === 'refunded');
  assert.equal(done.refunded.minor, done.total.minor);
  const verified = await pond.verify();
  assert.equal(verified.code, 0, verified.stdout);
});
