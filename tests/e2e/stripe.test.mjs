// engines: sqlite postgres
// A guest buys with a card in a real browser, on a phone and at a desk: the checkout, Stripe's own page, and back to an
// order that is paid; with several ways on she chooses, and what she has to do for a transfer is told.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {browser} from '../lib/browser.mjs';
import {noFaults, phone, shot, site} from '../lib/journey.mjs';
import {KEY, SECRET, startStripe} from '../lib/stripe.mjs';
import {ADDRESS, openPond, PASSWORD} from '../lib/wheel.mjs';

const DESK = {viewport: {width: 1280, height: 900}, hasTouch: true, isMobile: false};
let stripe, pond, chromium, mara;

before(async () => {
  stripe = await startStripe();
  pond = await openPond({env: {MILLPOND_STRIPE_API: stripe.url}});
  chromium = await browser();
  mara = pond.server.client();
  await mara.post('/login', {email: 'mara@reef.example', password: PASSWORD});
  await save('/console/reef/payments/stripe', {secret_key: KEY, webhook_secret: SECRET});
  const page = await mara.get('/console/reef/payments/stripe');
  stripe.hook = `${pond.server.url}/hooks/stripe/${page.text.match(/\/hooks\/stripe\/(\w+)/)[1]}`;
});
after(async () => {
  await chromium?.close();
  await pond?.close();
  await stripe?.stop();
});

async function save(path, fields) {
  const page = await mara.get(path);
  const answer = await mara.post(path, {csrf: page.text.match(/name="csrf" value="([^"]*)"/)[1], ...fields});
  assert.equal(answer.status, 303);
}

async function checkout(who) {
  await who.page.goto(`${site(pond)}/checkout/reef?v=${pond.product.variants[0].id}&q=1`);
  for (const [field, value] of Object.entries(ADDRESS)) {
    if (field !== 'country') await who.page.locator(`form.checkout [name="${field}"]`).fill(value);
  }
}
const payButton = who => who.page.locator('.buybar button.primary');

for (const [name, options] of [['phone', {}], ['desk', DESK]]) {
  test(`a card on a ${name}`, async () => {
    const ann = await phone(chromium, options);
    await checkout(ann);
    await shot(ann, `${name}-checkout`);
    await Promise.all([ann.page.waitForURL(/\/pay\/cs_test_/), payButton(ann).click()]);
    await Promise.all([ann.page.waitForURL(/\/o\/\w+/), ann.page.locator('button').click()]);
    await ann.page.getByText('Paid. The confirmation goes to').waitFor();
    await shot(ann, `${name}-paid`);
    noFaults(ann);
    await ann.context.close();
  });
}

test('with several ways on she chooses, and reads where a transfer goes', async () => {
  await save('/console/reef/payments/transfer', {transfer: '1', delivery: '1', words: 'Mara Reef, NL91 ABNA 0417 1643 00'});
  for (const [name, options] of [['phone', {}], ['desk', DESK]]) {
    const bo = await phone(chromium, options);
    await checkout(bo);
    await bo.page.getByText('Bank transfer').click();
    await shot(bo, `${name}-choice`);
    await Promise.all([bo.page.waitForURL(/\/o\/\w+/), payButton(bo).click()]);
    await bo.page.getByText('NL91 ABNA').waitFor();
    await shot(bo, `${name}-transfer`);
    noFaults(bo);
    await bo.context.close();
  }
});

test('what the shop sees of its ways to pay', async () => {
  const olga = await phone(chromium, DESK);
  await olga.page.goto(`${site(pond)}/login?next=%2Fconsole%2Freef%2Fpayments`);
  await olga.page.fill('#email', 'mara@reef.example');
  await olga.page.fill('#password', PASSWORD);
  await Promise.all([olga.page.waitForURL(/\/payments/), olga.page.click('form[action="/login"] button.primary')]);
  for (const [name, size] of [['phone', {width: 390, height: 844}], ['desk', DESK.viewport]]) {
    await olga.page.setViewportSize(size);
    for (const path of ['payments', 'payments/stripe', 'payments/paypal', 'payments/transfer']) {
      await olga.page.goto(`${site(pond)}/console/reef/${path}`);
      await shot(olga, `${name}-${path.replace('/', '-')}`);
    }
  }
  noFaults(olga);
});
