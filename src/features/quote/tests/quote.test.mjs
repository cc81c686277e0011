// From the request on a product's page to the parcel, in two browsers and over the API: asked, quoted, proforma, accepted,
// deposit paid, balance paid, invoice, shipped. The buyer holds a phone of 390 px, then sits at a desk of 1280 px.
// engines: sqlite postgres
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {browser, seriousFindings} from '../../../../tests/lib/browser.mjs';
import {desk, noFaults, phone, shot, site, wide} from '../../../../tests/lib/journey.mjs';
import {openPond, until} from '../../../../tests/lib/wheel.mjs';

const TO = {email: 'bo@trade.example', name: 'Bo Li', line1: 'Mill Lane 1', city: 'Utrecht', postcode: '3511 AA',
  country: 'NL', phone: '+31612345678'};
let pond, chromium, mara;

before(async () => {
  pond = await openPond();
  chromium = await browser();
  mara = await desk(chromium, pond);
});
after(async () => {
  await chromium?.close();
  await pond?.close();
});

const pay = async one => {
  await one.page.waitForURL(/\/pay\/test\//);
  await one.tap(one.page.locator('button[value="pay"]'));
  await one.page.waitForURL(/\/o\//);
};

// What a page must be at any width: read by everybody, and no wider than the screen.
async function looked(one, name) {
  await shot(one, name);
  assert.deepEqual(await seriousFindings(one.page), [], name);
  const [inside, screen] = await one.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(inside <= screen, `${name}: ${inside} px wide on ${screen}`);
}

async function asks(bo) {
  await bo.page.goto(`${site(pond)}/s/reef/p/${pond.product.handle}`);
  await bo.tap(bo.page.locator('a[href*="/quote"]'));
  await bo.page.waitForURL(/\/quote/);
  await bo.page.fill('#quantity', '3');
  await bo.page.fill('#target', '30.00');
  await bo.page.selectOption('#country', 'NL');
  await bo.page.selectOption('#incoterm', 'DAP');
  await bo.page.fill('#note', 'Two in coral <b>please</b>');
  await bo.page.fill('#name', 'Bo');
  await looked(bo, `quote-${bo.name}-1-ask`);
  await Promise.all([bo.page.waitForURL(/\/q\//), bo.tap(bo.page.locator('form.form .buybar button'))]);
  await looked(bo, `quote-${bo.name}-2-asked`);
  return bo.page.url().match(/\/q\/(\w+)/)[1];
}

// The page of a paper and its PDF, which is the same again.
async function paper(one, path, words) {
  await one.page.goto(site(pond) + path);
  const text = await one.page.textContent('article');
  for (const word of words) assert.match(text, word);
  assert.deepEqual(await seriousFindings(one.page), []);
  const pdf = await one.page.getAttribute('a[href*="/pdf"]', 'href');
  const fetched = () => one.page.request.get(site(pond) + pdf).then(answer => answer.body());
  const [first, again] = [await fetched(), await fetched()];
  assert.equal(first.subarray(0, 5).toString(), '%PDF-');
  assert.ok(first.equals(again));
}

async function answers(card) {
  await mara.page.goto(`${site(pond)}/console/reef/quotes`);
  await shot(mara, 'quote-3-list');
  await mara.page.click(`a.who[href*="${card}"]`);
  await mara.page.fill('#unit_0', '35.00');
  await mara.page.fill('#f-deposit_percent', '30');
  await mara.page.fill('#f-shipping', '10');
  await mara.page.selectOption('#incoterm', 'DAP');
  await mara.page.fill('#f-place', 'Utrecht');
  await mara.page.fill('#f-lead_time', '10 days');
  assert.deepEqual(await seriousFindings(mara.page), []);
  await shot(mara, 'quote-4-form');
  await Promise.all([mara.page.waitForEvent('load'), mara.page.click('form[action$="/answer"] button.primary')]);
  await shot(mara, 'quote-5-sent');
  assert.match(await mara.page.textContent('main'), /115\.00/);
}

const fill = async bo => {
  for (const [name, value] of Object.entries(TO))
    if (name !== 'country') await bo.page.fill(`#${name}`, value);
};

async function acceptsAndPays(bo, card) {
  const see = name => looked(bo, `quote-${bo.name}-${name}`);
  await bo.page.goto(`${site(pond)}/q/${card}`);
  await fill(bo);
  await see('6-accept');
  await paper(bo, `/q/${card}/proforma`, [/Proforma invoice/, /Reef Clay, Lda\./, /115\.00/, /34\.50/, /DAP Utrecht/]);
  await see('6-proforma');
  await bo.page.goto(`${site(pond)}/q/${card}`);
  await fill(bo);
  await bo.tap(bo.page.locator('#accept button.primary'));
  await bo.page.waitForURL(/\/pay\/test\//);
  await see('6-deposit');
  await pay(bo);
  await see('7-part-paid');
  const id = bo.page.url().match(/\/o\/(\w+)/)[1];
  const order = async () => pond.console('GET', `/orders/${id}`);
  assert.equal((await order()).payment, 'part_paid');
  await Promise.all([bo.page.waitForEvent('load'), bo.tap(bo.page.locator(`form[action="/o/${id}/pay"] button.primary`))]);
  if (/\/pay\/test\//.test(bo.page.url())) await pay(bo);
  await until(order, o => o.payment === 'paid');
  assert.equal((await order()).total.amount, '115.00');
  return id;
}

async function getsHerPapersAndTheParcel(bo, card, id) {
  const see = name => looked(bo, `quote-${bo.name}-${name}`);
  const {items: [invoice]} = await until(() => bo.page.request.get(`${site(pond)}/api/v1/orders/${id}/papers`)
    .then(answer => answer.json()), ({items}) => items.length > 0);
  await bo.page.goto(`${site(pond)}/o/${id}/papers`);
  await see('7-papers');
  await paper(bo, `/o/${id}/papers/${invoice.id}`, [/Invoice/, /-000\d/, /Rua do Barro 7/, /Bo Li/, /115\.00/]);
  await see('7-invoice');
  await pond.console('POST', `/orders/${id}/ship`, {tracking: 'box 1'});
  for (const [name, path] of [['7-accepted', `/q/${card}`], ['8-order', `/o/${id}`], ['8-quotes', '/me/quotes']]) {
    await bo.page.goto(site(pond) + path);
    await see(name);
  }
}

test('the shop tells who it is on papers', async () => {
  await mara.page.goto(`${site(pond)}/console/reef/papers/seller`);
  await mara.page.fill('#f-legal_name', 'Reef Clay, Lda.');
  await mara.page.fill('#f-address', 'Rua do Barro 7\nLisboa');
  assert.deepEqual(await seriousFindings(mara.page), []);
  await Promise.all([mara.page.waitForURL(/\/papers$/), mara.page.click('main form button.primary')]);
});

for (const [width, open] of [[390, phone], [1280, wide]])
  test(`at ${width} px: asked, quoted with 30 percent in advance, accepted, both parts paid, invoiced, sent`, async () => {
    const bo = {...await open(chromium), name: width};
    const card = await asks(bo);
    await answers(card);
    const id = await acceptsAndPays(bo, card);
    await getsHerPapersAndTheParcel(bo, card, id);
    noFaults(bo);
    noFaults(mara);
    await bo.context.close();
  });

test('over the API: asked, answered, revised, accepted twice into one order; a stranger sees nothing', async () => {
  const cy = await pond.guest('Cy'), stranger = await pond.guest('Di');
  const variant = pond.product.variants[0].id;
  const asked = await cy.api('POST', '/api/v1/shops/reef/quotes', {lines: [{variant, quantity: 2}], country: 'NL'});
  const terms = {lines: [{variant, quantity: 2, unit_minor: 3000}], deposit_percent: 50};
  await pond.console('POST', `/quotes/${asked.id}/answer`, {...terms, version: 0});
  const two = await pond.console('POST', `/quotes/${asked.id}/answer`, {...terms, version: 1, note: 'new'});
  assert.equal(two.version, 2);
  await assert.rejects(cy.api('POST', `/api/v1/quotes/${asked.id}/accept`, {...TO, version: 1},
    {'idempotency-key': 'old'}), /newer version/);
  const done = await cy.api('POST', `/api/v1/quotes/${asked.id}/accept`, {...TO, version: 2}, {'idempotency-key': 'a'});
  const again = await cy.api('POST', `/api/v1/quotes/${asked.id}/accept`, {...TO, version: 2}, {'idempotency-key': 'b'});
  assert.equal(done.order, again.order);
  assert.equal(done.state, 'accepted');
  await assert.rejects(stranger.api('GET', `/api/v1/quotes/${asked.id}`), /404|no such/i);
  assert.equal((await cy.api('GET', '/api/v1/quotes')).items.length, 1);
});

test('who holds the link after another accepted sees neither order nor address, and cannot pay it', async () => {
  const contact = (await pond.console('GET', '/customers')).items[0];
  const variant = pond.product.variants[0].id;
  const offer = await pond.console('POST', '/quotes', {contact: contact.id, valid_days: 10,
    lines: [{variant, quantity: 1, unit_minor: 3000}]}, {'idempotency-key': 'offer'});
  const link = `/q/${offer.id}?key=${offer.key}`, own = {origin: new URL(pond.server.url).origin};
  const [ann, bob] = [pond.server.client(), pond.server.client()];
  const yes = {...TO, access: offer.key, version: offer.version};
  const accept = who => who.post(`/q/${offer.id}/accept`, yes, {headers: own});
  const first = await accept(ann);
  assert.equal(first.status, 303, first.text);
  assert.match(first.location, /^\/pay\/test\//);
  assert.match((await ann.get(link)).text, /href="\/o\/\w{13}(\?key=[^"]+)?"/);
  const second = await accept(bob);
  assert.equal(second.status, 303, second.text);
  assert.equal(second.location, link);
  for (const who of [bob, pond.server.client()]) {
    const page = await who.get(link);
    assert.equal(page.status, 200);
    assert.match(page.text, /has been accepted/);
    assert.doesNotMatch(page.text, /\/o\/\w{13}|Mill Lane|bo@trade/);
  }
});
