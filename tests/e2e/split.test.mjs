// A bill split among friends: the buyer splits it at the checkout, friends pay over a link without an account and without
// seeing where it goes, two press the same share, and the shop ships when all is there. And one tap for who is known.
// engines: sqlite postgres
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {browser, seriousFindings} from '../lib/browser.mjs';
import {noFaults, phone, reloaded, shot, site} from '../lib/journey.mjs';
import {ADDRESS, openPond, until} from '../lib/wheel.mjs';

const DESK = {viewport: {width: 1280, height: 900}, isMobile: false};
const TO = {...ADDRESS, name: 'Ann Vermeer'};
const SECRETS = /Prinsengracht|ann@pond|1015 DV|31612345678/;
let pond, chromium;

before(async () => {
  pond = await openPond();
  chromium = await browser();
});
after(async () => {
  await chromium?.close();
  await pond?.close();
});

// Without script the one that looks does not run either.
const look = async one => one.hasScript && assert.deepEqual(await seriousFindings(one.page), []);
const orders = async () => (await pond.console('GET', '/orders')).items;
const press = (one, selector, then) => Promise.all([one.page.waitForURL(then), one.page.click(selector)]);

async function checkout(one) {
  await one.page.goto(`${site(pond)}/checkout/reef?v=${pond.product.variants[0].id}&q=1`);
  for (const [field, value] of Object.entries(TO))
    if (field !== 'country') await one.page.fill(`form.checkout [name="${field}"]`, value);
}

async function payShare(one, link, name) {
  await one.page.goto(link);
  assert.doesNotMatch(await one.page.content(), SECRETS);
  await one.page.locator('.option', {hasText: name}).click();
  await press(one, 'form[action$="/pay"] button.primary', /\/pay\/test\//);
  await press(one, 'button[value="pay"]', /\/split\//);
}

for (const [name, options] of [['phone', {}], ['desk', DESK], ['phone-plain', {javaScriptEnabled: false}]]) {
  test(`three friends pay one bill: ${name}`, async () => {
    const [ann, bo, cy] = [await phone(chromium, options), await phone(chromium, options), await phone(chromium, options)];
    await checkout(ann);
    await press(ann, 'button[value="split"]', /\/o\/\w{13}\/split/);
    await look(ann);
    await shot(ann, `split-${name}-1-ask`);
    await ann.page.fill('#name_1', 'Bo Chen');
    await ann.page.fill('#name_2', 'Cy');
    await ann.page.fill('#amount_0', '20');
    await ann.page.fill('#amount_1', '20.00');
    await ann.page.fill('#amount_2', '8.99');
    await Promise.all([ann.page.waitForEvent('load'), ann.page.click('form[action$="/split"] button.primary')]);
    assert.match(await ann.page.textContent('[role="alert"]'), /€0\.01 is still missing/);
    await ann.page.fill('#amount_2', '9.00');
    await press(ann, 'form[action$="/split"] button.primary', /\/split$/);
    await ann.page.waitForSelector('#split-link');
    await look(ann);
    await shot(ann, `split-${name}-2-given`);
    const link = (await ann.page.inputValue('#split-link')).replace(pond.server.url, site(pond));
    assert.equal((await pond.server.client().get(link.replace(/key=./, 'key='))).status, 404);
    await bo.page.goto(link);
    await look(bo);
    assert.match(await bo.page.textContent('main'), /Bo C\./);
    assert.doesNotMatch(await bo.page.content(), /Chen/); // the others' names in full are the shop's and the buyer's
    await shot(bo, `split-${name}-3-friend`);
    // Two press the same share: the second is told.
    await bo.page.locator('.option', {hasText: 'Bo'}).click();
    await press(bo, 'form[action$="/pay"] button.primary', /\/pay\/test\//);
    await cy.page.goto(link);
    await cy.page.locator('.option', {hasText: 'Bo'}).click();
    await press(cy, 'form[action$="/pay"] button.primary', /\/split\//);
    assert.match(await cy.page.textContent('body'), /Somebody is paying this share right now/);
    await press(bo, 'button[value="pay"]', /\/split\//);
    // The buyer sees it come in without asking again.
    const paid = ann.page.locator('.rows .badge.good');
    await (ann.hasScript ? paid.first().waitFor() : reloaded(ann, paid));
    await shot(ann, `split-${name}-4-one-paid`);
    await payShare(cy, link, 'Cy');
    assert.match(await cy.page.textContent('main'), /is still missing/);
    await payShare(ann, link, 'Ann');
    await until(orders, list => list[0].payment === 'paid');
    await bo.page.goto(link);
    assert.match(await bo.page.textContent('main'), /Everyone has paid/);
    assert.doesNotMatch(await bo.page.content(), SECRETS);
    await shot(bo, `split-${name}-5-all-paid`);
    noFaults(bo, cy);
    assert.deepEqual(ann.faults.filter(fault => !/422/.test(fault)), []);
    for (const one of [ann, bo, cy]) await one.context.close();
  });
}

for (const [name, options] of [['phone', {}], ['desk', DESK], ['phone-plain', {javaScriptEnabled: false}]]) {
  test(`one tap for who is known: ${name}`, async () => {
    const ann = await phone(chromium, options);
    const product = `${site(pond)}/s/reef/p/${pond.product.handle}?v=${pond.product.variants[1].id}`;
    await ann.page.goto(product);
    await press(ann, 'button[value="pay"]', /\/checkout\/reef\?/); // nothing is known yet
    for (const [field, value] of Object.entries(TO))
      if (field !== 'country') await ann.page.fill(`form.checkout [name="${field}"]`, value);
    await press(ann, '.buybar button.primary', /\/pay\/test\//);
    if (await ann.page.locator('[name="remember"]').count()) await ann.page.check('[name="remember"]');
    await press(ann, 'button[value="pay"]', /\/o\/\w{13}/);
    await until(orders, list => list[0].payment === 'paid');
    await ann.page.goto(product);
    await press(ann, 'button[value="pay"]', /\/checkout\/reef\/now\?/);
    await look(ann);
    await shot(ann, `now-${name}`);
    const had = (await orders()).length;
    await press(ann, '.buybar button.primary', /\/o\/\w{13}/);
    await until(orders, list => list.length === had + 1 && list[0].payment === 'paid');
    if (!ann.hasScript) return;
    // Another total than she saw: nothing is ordered, the checkout says so.
    await ann.page.goto(product);
    await press(ann, 'button[value="pay"]', /\/now\?/);
    await ann.page.evaluate(() => { document.querySelector('[name="total"]').value = '1'; });
    await press(ann, '.buybar button.primary', /\/checkout\/reef$/);
    assert.match(await ann.page.textContent('main'), /The total changed while you were looking/);
    assert.equal((await orders()).length, had + 1);
    await ann.context.close();
  });
}

test('verify finds nothing wrong after all that', async () => {
  await pond.server.stop();
  const verified = await pond.verify();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  await pond.restart();
});
