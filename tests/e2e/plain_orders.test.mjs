// Orders, returns and quotations without a line of JavaScript, on a phone and at a desk, the shop's side as well: each
// button that a browser scrolls to can be pressed, whatever is fixed over the page, and none leads to a dead end.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {browser} from '../lib/browser.mjs';
import {desk, noFaults, phone, shot, site, wide} from '../lib/journey.mjs';
import {ADDRESS, openPond, until} from '../lib/wheel.mjs';

const PLAIN = {javaScriptEnabled: false, reducedMotion: 'reduce'};
let pond, chromium;
before(async () => {
  pond = await openPond();
  chromium = await browser();
});
after(async () => {
  await chromium?.close();
  await pond?.close();
});

const go = (one, path) => one.page.goto(site(pond) + path);
const press = (one, selector) => Promise.all([one.page.waitForEvent('load'), one.page.locator(selector).first().click()]);
const unfold = (one, form) => one.page.locator(`details:has(${form}) > summary`).click();
async function address(one, form) {
  for (const [name, value] of Object.entries(ADDRESS))
    if (name !== 'country') await one.page.fill(`${form} [name="${name}"]`, value);
}

async function buys(ann) {
  await go(ann, `/checkout/reef?v=${pond.product.variants[0].id}&q=2`);
  await address(ann, 'form.checkout');
  await press(ann, '.buybar button.primary');
  await press(ann, 'button[value="pay"]');
  const id = ann.page.url().match(/\/o\/(\w+)/)[1];
  await until(() => pond.console('GET', `/orders/${id}`), order => order.payment === 'paid');
  return id;
}

async function packs(mara, id) {
  await go(mara, '/console/reef/orders');
  await press(mara, 'button[value="ship"]');
  assert.match(await mara.page.textContent('.toast'), /choose at least one/);
  assert.match(mara.page.url(), /\/console\/reef\/orders/, 'back at the list');
  await go(mara, `/console/reef/orders/${id}`);
  await mara.page.locator('form[action$="/ship"] summary').click();
  await mara.page.fill('#q0', '1');
  await press(mara, 'form[action$="/ship"] button.primary');
  await unfold(mara, 'form[action$="/refund"]');
  await mara.page.fill('#amount', '5,00');
  await press(mara, 'form[action$="/refund"] button');
  await press(mara, 'form[action$="/ship"] button.primary');
  await shot(mara, 'plain-orders-sent');
  await press(mara, 'form[action$="/deliver"] button'); // a notice lies over it
  const order = await pond.console('GET', `/orders/${id}`);
  assert.deepEqual([order.fulfilment, order.refunded.minor], ['delivered', 500]);
}

async function returns(ann, mara, id) {
  await go(ann, `/o/${id}`);
  await press(ann, `a[href*="/o/${id}/return"]`);
  await ann.page.fill('#q0', '1');
  await ann.page.check('input[value="fit"]', {force: true});
  await press(ann, '.buybar button');
  const back = ann.page.url().match(/\/returns\/(\w+)/)[1];
  await go(mara, `/console/reef/returns/${back}`);
  await press(mara, 'form[action$="/agree"] button.primary');
  await ann.page.reload();
  await press(ann, 'form[action$="/send"] button.primary');
  assert.equal((await pond.console('GET', `/returns/${back}`)).state, 'sent');
}

async function quotes(ann, mara) {
  await go(ann, `/s/reef/p/${pond.product.handle}`);
  await press(ann, 'a[href*="/quote"]');
  await ann.page.fill('#quantity', '5');
  await press(ann, 'form.form .buybar button');
  const quote = ann.page.url().match(/\/q\/(\w+)/)[1];
  await go(mara, `/console/reef/quotes/${quote}`);
  await mara.page.fill('#unit_0', '30');
  await press(mara, 'form[action$="/answer"] button.primary');
  await ann.page.reload();
  await address(ann, '#accept');
  await press(ann, '#accept button.primary');
  assert.match(ann.page.url(), /\/pay\/test\//);
}

for (const [width, open, viewport] of [[390, phone, {width: 390, height: 844}], [1280, wide, {width: 1280, height: 900}]])
  test(`bought, packed in two, paid back in part, returned, quoted: ${width} px`, async () => {
    const ann = await open(chromium, PLAIN), mara = await desk(chromium, pond, {...PLAIN, viewport});
    const id = await buys(ann);
    await packs(mara, id);
    await returns(ann, mara, id);
    await quotes(ann, mara);
    noFaults(ann, mara);
  });
