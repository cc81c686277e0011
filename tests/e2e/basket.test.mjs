// A cart over three shops: one address, one payment, three orders, and each shop sees hers. On a phone and at a desk, with
// script and without.
// engines: sqlite postgres
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {browser, seriousFindings} from '../lib/browser.mjs';
import {noFaults, phone, shot, site} from '../lib/journey.mjs';
import {ADDRESS, openPond, until} from '../lib/wheel.mjs';

const DESK = {viewport: {width: 1280, height: 900}, isMobile: false};
const TO = {...ADDRESS, name: 'Ann Vermeer'};
let pond, chromium, shops;

// Two more shops beside reef, with one thing each.
async function openShop(handle, name, price) {
  await pond.merchant('POST', '/api/v1/shops', {handle, name, currency: 'EUR', country: 'NL', language: 'en'});
  const product = await pond.merchant('POST', `/api/v1/console/${handle}/products`,
    {title: `${name} cup`, status: 'active', variants: [{price}]}, {'idempotency-key': `product-${handle}`});
  await pond.merchant('PUT', `/api/v1/console/${handle}/variants/${product.variants[0].id}/stock`, {on_hand: 9});
  return {handle, product};
}

before(async () => {
  pond = await openPond();
  chromium = await browser();
  shops = [
    {handle: 'reef', product: pond.product},
    await openShop('dune', 'Dune', '12.00'),
    await openShop('tea', 'Tea', '7.50'),
  ];
});
after(async () => {
  await chromium?.close();
  await pond?.close();
});

async function fillCart(one) {
  for (const {handle, product} of shops) {
    await one.page.goto(`${site(pond)}/s/${handle}/p/${product.handle}?v=${product.variants[0].id}`);
    await Promise.all([one.page.waitForEvent('load'), one.page.click('button[value="cart"]')]);
  }
  await one.page.goto(`${site(pond)}/cart`);
}

async function fillAddress(one) {
  for (const [field, value] of Object.entries(TO))
    if (field !== 'country') await one.page.fill(`form.checkout [name="${field}"]`, value);
}

// Without script the one that looks does not run either.
const look = async one => one.hasScript && assert.deepEqual(await seriousFindings(one.page), []);
const ordersOf = async handle => (await pond.merchant('GET', `/api/v1/console/${handle}/orders`)).items;
const payButton = one => one.page.locator('.buybar button.primary');

const LOOKS = [['phone', {}], ['desk', DESK], ['phone-plain', {javaScriptEnabled: false}],
  ['desk-plain', {...DESK, javaScriptEnabled: false}]];
for (const [name, options] of LOOKS) {
  test(`three shops, one payment, three orders: ${name}`, async () => {
    const had = {};
    for (const {handle} of shops) had[handle] = (await ordersOf(handle)).length;
    const ann = await phone(chromium, options);
    await fillCart(ann);
    await look(ann);
    await shot(ann, `basket-${name}-1-cart`);
    await Promise.all([ann.page.waitForURL(/\/checkout\?/), ann.page.click('#basket button')]);
    await fillAddress(ann);
    await look(ann);
    await shot(ann, `basket-${name}-2-checkout`);
    assert.match(await payButton(ann).textContent(), /Pay €68\.50/);
    await Promise.all([ann.page.waitForURL(/\/pay\/test\//), payButton(ann).click()]);
    assert.match(await ann.page.textContent('main'), /68\.50/);
    await Promise.all([ann.page.waitForURL(/\/b\/\w{13}/), ann.page.click('button[value="pay"]')]);
    await until(
      async () => {
        await ann.page.reload();
        return ann.page.textContent('h1');
      },
      words => /Thank you, Ann/.test(words),
    );
    assert.equal(await ann.page.locator('.rows .badge.good').count(), 3);
    await look(ann);
    await shot(ann, `basket-${name}-3-paid`);
    const sums = {};
    for (const {handle} of shops) {
      const list = await ordersOf(handle);
      assert.equal(list.length, had[handle] + 1, handle);
      assert.equal(list[0].payment, 'paid');
      assert.equal(list[0].address.name, 'Ann Vermeer');
      sums[handle] = list[0].total.amount;
    }
    assert.deepEqual(sums, {reef: '49.00', dune: '12.00', tea: '7.50'});
    const seen = await pond.merchant('GET', `/api/v1/console/dune/orders/${(await ordersOf('dune'))[0].id}`);
    assert.doesNotMatch(JSON.stringify(seen), /Tide one-piece|Tea cup|68\.50/);
    await ann.page.goto(`${site(pond)}/cart`);
    assert.equal(await ann.page.locator('#basket').count(), 0);
    noFaults(ann);
    await ann.context.close();
  });
}

test('verify finds nothing wrong after all that', async () => {
  await pond.server.stop();
  const verified = await pond.verify();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  await pond.restart();
});
