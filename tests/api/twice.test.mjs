// Every form of money and goods, sent twice at the same time and once more afterwards, as a double click without script does
// it: what stands there then is what stands after it was sent once, nobody gets a second mail or message, and each answer is
// a page. A form that is not here has its reason in `ELSEWHERE`.
// engines: sqlite postgres
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {formAsShown} from '../lib/client.mjs';
import {routesOf} from '../lib/town.mjs';
import {ADDRESS, ok, openPond, PASSWORD, until} from '../lib/wheel.mjs';

const SHOP = '/console/reef';
let pond, mara, variants, counter = 0;
const key = what => ({'idempotency-key': `${what}-${++counter}`});
const own = () => ({headers: {origin: new URL(pond.server.url).origin}});
const product = () => `/s/reef/p/${pond.product.handle}`;

async function save(path, fields) {
  const page = await mara.get(path);
  const answer = await mara.post(path, formAsShown(page.text, path, fields), own());
  assert.equal(answer.status, 303, `${path}: ${answer.text}`);
}

before(async () => {
  pond = await openPond({stock: 5000});
  mara = pond.server.client();
  variants = pond.product.variants.map(one => one.id);
  await mara.post('/login', {email: 'mara@reef.example', password: PASSWORD});
  await save(`${SHOP}/payments/transfer`, {transfer: '1', delivery: '1', words: 'NL91 ABNA', limit: '100000'});
  await save(`${SHOP}/payments`, {test: '1', first: 'test'});
  await order(); // numbers begin at 1000
  await save(`${SHOP}/papers/seller`, {legal_name: 'Reef', address: 'Quay 1', automatic: undefined});
});
after(() => pond?.close());

/* ---- what it takes to see a form ---- */

const mail = () => `guest${++counter}@pond.example`;
const guest = async () => Object.assign(await pond.guest('Ann'), {mail: mail()});
const person = async () => { const who = await guest(); return {who, browser: who.browser}; };
// Nobody yet: the answer brings her a session, and a second sending does not wait for it.
const stranger = async () => ({browser: pond.server.client(), isStranger: true, mail: mail()});

async function order(quantity = 3) {
  const one = await person();
  const {id, number, access_key: access} = await one.who.api('POST', '/api/v1/shops/reef/orders',
    {lines: [{variant: variants[0], quantity}], ...ADDRESS, email: one.who.mail}, key('order'));
  return {...one, id, number, access};
}
const pay = (one, gateway) => one.who.api('POST', `/api/v1/orders/${one.id}/payments`, {gateway}, key('pay'));
async function paid() {
  const one = await order();
  await one.who.pay((await pay(one, 'test')).redirect);
  await until(() => pond.console('GET', `/orders/${one.id}`), it => it.payment === 'paid');
  return one;
}
const found = async (one, what, name) =>
  ({...one, [name]: (await mara.get(`${SHOP}/orders/${one.id}`)).text.match(what)[1]});
async function promised(gateway, act) {
  const one = await order(1);
  await pay(one, gateway);
  return found(one, new RegExp(`payments/(\\w+)/${act}`), 'payment');
}
const ship = (one, body = {}) => pond.console('POST', `/orders/${one.id}/ship`, body, key('ship'));
async function shipped() {
  const one = await paid();
  await ship(one);
  return one;
}
async function delivered() {
  const one = await shipped();
  await pond.console('POST', `/orders/${one.id}/deliver`, {});
  return one;
}
async function inTwoParcels() {
  const one = await paid();
  for (const quantity of [1, 2]) await ship(one, {lines: [{position: 0, quantity}]});
  return found(one, /parcels\/(\w+)\/arrived/, 'parcel');
}
async function returned(...steps) {
  const one = await delivered();
  const {id: back} = await one.who.api('POST', `/api/v1/orders/${one.id}/returns`,
    {lines: [{position: 0, quantity: 1}], reason: 'fit'}, key('return'));
  for (const step of steps) await pond.console('POST', `/returns/${back}/${step}`, {});
  return {...one, back};
}
async function asked() {
  const one = await person();
  const {id: quote} = await one.who.api('POST', '/api/v1/shops/reef/quotes',
    {lines: [{variant: variants[1], quantity: 20}]}, key('quote'));
  return {...one, quote};
}
const TERMS = {valid_days: 10, deposit_percent: 30, lines: [{unit_minor: 3000, quantity: 20}]};
async function quoted() {
  const one = await asked();
  const lines = [{...TERMS.lines[0], variant: variants[1]}];
  const {key: access} = await pond.console('POST', `/quotes/${one.quote}/answer`, {...TERMS, version: 0, lines});
  return {...one, access};
}
// Somebody whom the link was sent to, in a browser that knows nothing of her.
async function linked() {
  const one = await order(1);
  const {contact} = await pond.console('GET', `/orders/${one.id}`);
  const lines = [{unit_minor: 3000, quantity: 2, variant: variants[1]}];
  const {id: quote, key: access} = await pond.console('POST', '/quotes', {contact, valid_days: 10, lines}, key('offer'));
  return {...await stranger(), quote, access, contact};
}
async function withCart() {
  const one = await person();
  await one.browser.post(product(), {variant: variants[2], quantity: '1', then: 'cart'}, own());
  return one;
}
async function split() {
  const one = await order();
  await one.who.api('POST', `/api/v1/orders/${one.id}/shares`, {shares: [{name: 'Ann'}, {name: 'Bo'}]});
  const page = await one.browser.get(`/o/${one.id}/split`);
  const link = page.text.match(/\/split\/\w+\?key=[\w-]+/)[0];
  const share = (await one.browser.get(link)).text.match(/name="share" value="(\w+)"/)[1];
  return {...one, link, share, browser: pond.server.client()};
}

/* ---- the forms: route, who sends it, what is there before, the page it stands on, what is typed ---- */

const hers = (route, make, page, typed = () => ({}), button) => ({route, make, page, typed, button});
const shops = (route, make, page, typed = () => ({}), button) =>
  hers(SHOP + route, async () => ({...await make(), browser: mara, isStranger: false}), one => SHOP + page(one), typed,
    button);
const to = one => ({...ADDRESS, email: one.who?.mail ?? one.mail});
const buying = () => `/checkout/reef?v=${variants[2]}&q=1`;
const atOrder = one => `/orders/${one.id}`;
const atReturn = one => `/returns/${one.back}`;
const atQuote = one => `/quotes/${one.quote}`;

const FORMS = {
  'the cart': hers('/cart', withCart, () => '/cart', () => ({quantity: '3'})),
  'the checkout': hers('/checkout/reef', person, buying, to),
  'the checkout of a cart': hers('/checkout/reef', withCart, () => '/checkout/reef', to),
  'the checkout to split': hers('/checkout/reef', person, buying, to, 'split'),
  'the checkout of a stranger': hers('/checkout/reef', stranger, buying, to),
  'paying': hers('/o/{id}/pay', order, one => `/o/${one.id}`),
  'paying by transfer': hers('/o/{id}/pay', order, one => `/o/${one.id}`, () => ({gateway: 'transfer'})),
  'splitting': hers('/o/{id}/split', order, one => `/o/${one.id}/split`, () => ({name_1: 'Bo'})),
  'paying a share': hers('/split/{id}/pay', split, one => one.link, one => ({share: one.share})),
  'asking for a price': hers(`{product}/quote`, person, () => `${product()}/quote?v=${variants[1]}`,
    () => ({quantity: '20'})),
  'a stranger asking for a price': hers(`{product}/quote`, stranger, () => `${product()}/quote?v=${variants[1]}`,
    () => ({quantity: '20', name: 'Xi'})),
  'accepting': hers('/q/{quote}/accept', quoted, one => `/q/${one.quote}`, to),
  'accepting by the link': hers('/q/{quote}/accept', linked, one => `/q/${one.quote}?key=${one.access}`, to),
  'declining': hers('/q/{quote}/decline', quoted, one => `/q/${one.quote}`, () => ({words: 'too dear'})),
  'asking to return': hers('/o/{id}/return', delivered, one => `/o/${one.id}/return`, () => ({q0: '1', reason: 'fit'})),
  'sending a return': hers('/o/{id}/returns/{back}/send', () => returned('agree'),
    one => `/o/${one.id}/returns/${one.back}`, () => ({tracking: 'RR1'})),
  'keeping it after all': hers('/o/{id}/returns/{back}/withdraw', returned, one => `/o/${one.id}/returns/${one.back}`),
  'answering': shops('/quotes/{quote}/answer', asked, atQuote, () => ({unit_0: '30.00'})),
  'revising': shops('/quotes/{quote}/answer', quoted, atQuote, () => ({unit_0: '29.00'})),
  'withdrawing': shops('/quotes/{quote}/withdraw', quoted, atQuote, () => ({words: 'sold out'})),
  'an offer': shops('/quotes', linked, one => `/quotes/new?from=${one.quote}&contact=${one.contact}`,
    () => ({variant_0: variants[1], quantity_0: '2', unit_0: '30'})),
  'agreeing': shops('/returns/{back}/agree', returned, atReturn, () => ({words: 'Quay 1'})),
  'letting keep': shops('/returns/{back}/agree', returned, atReturn, () => ({words: 'Keep it', keep: '1'})),
  'refusing': shops('/returns/{back}/refuse', returned, atReturn, () => ({words: 'worn'})),
  'receiving': shops('/returns/{back}/receive', () => returned('agree'), atReturn),
  'paying a return back': shops('/returns/{back}/refund', () => returned('agree', 'receive'), atReturn),
  'a part of the parcel': shops('/orders/{id}/ship', paid, atOrder, () => ({q0: '1', tracking: 'RR2'})),
  'the parcel': shops('/orders/{id}/ship', paid, atOrder, () => ({tracking: 'RR3'})),
  'many parcels': shops('/orders/many', paid, () => '/orders', one => ({do: 'ship', order: one.id})),
  'a table of parcels': shops('/orders/tracking', paid, () => '/orders/tracking', one => ({table: `${one.number},RR4`})),
  'arrived': shops('/orders/{id}/parcels/{parcel}/arrived', inTwoParcels, atOrder),
  'delivered': shops('/orders/{id}/deliver', shipped, atOrder),
  'cancelling': shops('/orders/{id}/cancel', paid, atOrder, () => ({why: 'broken'})),
  'cancelling what nobody paid': shops('/orders/{id}/cancel', order, atOrder, () => ({why: 'broken'})),
  'giving back': shops('/orders/{id}/refund', paid, atOrder, () => ({amount: '10.00'})),
  'money seen': shops('/orders/{id}/payments/{payment}/capture', () => promised('transfer', 'capture'), atOrder),
  'letting go': shops('/orders/{id}/payments/{payment}/cancel', () => promised('delivery', 'cancel'), atOrder),
  'changing': shops('/orders/{id}/change', paid, one => `${atOrder(one)}/change`,
    () => ({q0: '2', add_0: variants[1], more_0: '1', expected_minor: '0', do: 'edit'})),
  'changing what nobody paid': shops('/orders/{id}/change', order, one => `${atOrder(one)}/change`,
    () => ({q0: '2', do: 'edit'})),
  'another address': shops('/orders/{id}/address', paid, one => `${atOrder(one)}/change`, () => ({line1: 'Quay 7'})),
  'a payout': shops('/money/payouts', async () => ({}), () => '/money', () => ({amount: '12.00', fee: '0.30'})),
  'an invoice': shops('/papers', paid, one => `${atOrder(one)}/papers`),
};

// Forms of these features that are not in the list, and why.
const ELSEWHERE = {
  '/s/{shop}/p/{product}': 'each press puts one more into the cart, which shows it before anything is bought',
  '/checkout': 'basket.test.mjs',
  '/b/{bundle}/pay': 'basket.test.mjs',
  '/console/{shop}/products/{product}/stock': 'below',
  '/console/{shop}/payments': 'a setting',
  '/console/{shop}/payments/reminder': 'a setting',
  '/console/{shop}/returns/terms': 'a setting',
  '/console/{shop}/papers/seller': 'a setting',
};
const FEATURES = ['order', 'quote', 'returns', 'paper', 'stock'];

/* ---- what stands there ---- */

const HIDDEN = /(^|_)(id|at|number|key|name|email|order|contact|conversation|token|payment|parcel|media|answer)$|url|path/;
// Without what differs between two that are alike: ids, numbers, times.
const hide = (name, part) => HIDDEN.test(name) && typeof part !== 'object' ? undefined : part;
const alike = value => JSON.stringify(value, hide)?.replace(/\b[0-9a-z]{13}\b/g, '#')
  .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'then').replace(/\b(request|quotation|return|order) \d+/gi, '$1');

const newest = async list => (await pond.console('GET', list)).items[0]?.number ?? 0;
const month = () => new Date().toISOString().slice(0, 7);
const books = async () => (await mara.get(`${SHOP}/money/${month()}/csv`)).text.split('\r\n').map(row => row.split(','));

async function counts() {
  const lists = await Promise.all(['/orders', '/quotes', '/returns'].map(newest));
  return [...lists, (await books()).filter(row => row[2] === '').length];
}

async function talk(who) {
  const {items} = await who.api('GET', '/api/v1/conversations');
  return (await Promise.all(items.map(one => who.messages(one.id)))).flat().map(message => [message.from, message.text]);
}

async function standing(one, entries) {
  const shop = path => pond.console('GET', path);
  const mails = pond.smtp.mails.filter(it => it.to.includes(one.who?.mail ?? one.mail)).map(it => it.subject);
  return [
    one.id && [await shop(`/orders/${one.id}`), entries.filter(row => row[2] === String(one.number)).length],
    one.quote && await shop(`/quotes/${one.quote}`),
    one.back && await shop(`/returns/${one.back}`),
    one.who && one.id && (await one.who.api('GET', `/api/v1/orders/${one.id}/papers`)).items.length,
    one.who && [await one.who.orders(), await one.who.api('GET', '/api/v1/quotes'), await talk(one.who)],
    mails.sort(),
  ].map(alike);
}

// Until jobs, events and mails are through: nothing moves while it is asked so many times.
async function quiet() {
  let last, same = 0;
  await until(async () => {
    const {events_waiting: waiting, commands} = await ok(pond.server.client().api('GET', '/healthz'));
    const now = [waiting, commands, pond.smtp.mails.length].join();
    const outbox = (await mara.get(`${SHOP}/mails?state=waiting`)).text;
    same = waiting === 0 && now === last && /class="empty/.test(outbox) ? same + 1 : 0;
    last = now;
    return same;
  }, times => times === 100);
}

/* ---- sent once, and three times ---- */

const fill = (text, one) => text.replace(/\{(\w+)\}/g, (_, word) => word === 'product' ? product() : one[word]);

// Where an answer leads to: the page of an order or a share, which offers to pay, is as good as the provider's.
const place = path => path.replace(/\b\w{13}\b/g, '#').replace(/[?].*/, '').replace(/^\/(pay\/test|split)\/#$/, '/o/#');

async function send(form, times) {
  const one = await form.make();
  const action = fill(form.route, one);
  const page = await one.browser.get(form.page(one));
  assert.equal(page.status, 200, `${form.page(one)}: ${page.text}`);
  const fields = formAsShown(page.text, action, form.typed(one), form.button);
  const had = await counts();
  const post = async () => {
    const browser = one.isStranger ? pond.server.client() : one.browser;
    const answer = await browser.post(action, fields, own());
    assert.ok(answer.status === 303 || answer.status === 200, `${answer.status} ${answer.text}`);
    if (answer.location) assert.equal((await browser.get(answer.location)).status, 200, answer.location);
    return answer.location && place(answer.location);
  };
  const places = times === 1 ? [await post()] : [...await Promise.all([post(), post()]), await post()];
  const made = (await counts()).map((count, i) => count - had[i]);
  return {one, made, places};
}

const sent = {};
for (const [name, form] of Object.entries(FORMS))
  test(`${name}: each answer is a page`, async () => {
    sent[name] = [await send(form, 1), await send(form, 3)];
    assert.deepEqual(sent[name][1].made, sent[name][0].made);
    for (const place of sent[name][1].places) assert.equal(place, sent[name][0].places[0]);
  });

test('three times is once: the same stands there, the same was said and written to her', async () => {
  await quiet();
  const entries = await books();
  for (const [name, [once, thrice]] of Object.entries(sent))
    assert.deepEqual(await standing(thrice.one, entries), await standing(once.one, entries), name);
});

test('no form of these features is forgotten', async () => {
  const known = Object.values(FORMS).map(({route}) => route.replace('{product}', '/s/#/p/#').replace(/reef|\{\w+\}/g, '#'));
  const forms = (await routesOf()).filter(({method, path, feature}) =>
    method === 'POST' && !path.startsWith('/api/') && FEATURES.includes(feature) && !(path in ELSEWHERE));
  assert.deepEqual(forms.map(({path}) => path).filter(path => !known.includes(path.replace(/\{\w+\}/g, '#'))), []);
});

/* ---- a form that is older than what happened since ---- */

test('a count of stock that was shown before a sale puts nothing back on the shelf', async () => {
  const path = `${SHOP}/products/${pond.product.id}/stock`;
  const page = (await mara.get(path)).text;
  const before = (await pond.console('GET', `/products/${pond.product.id}/stock`)).items.map(line => line.on_hand);
  await paid();
  const now = async () => (await pond.console('GET', `/products/${pond.product.id}/stock`)).items.map(line => line.on_hand);
  const other = formAsShown(page, path, {[`on_hand_${variants[2]}`]: '77'});
  for (let i = 0; i < 2; i++) assert.equal((await mara.post(path, other, own())).status, 303);
  assert.deepEqual(await now(), [before[0] - 3, before[1], 77], 'only what she typed has changed');
  const late = await mara.post(path, formAsShown(page, path, {[`on_hand_${variants[0]}`]: '60'}), own());
  assert.equal(late.status, 409);
  assert.match(late.text, new RegExp(`moved while this page was open: ${before[0] - 3} are there now`));
  assert.deepEqual(await now(), [before[0] - 3, before[1], 77]);
  const again = formAsShown(late.text, path);
  assert.equal(again.get(`on_hand_${variants[0]}`), '60', 'what was typed is kept');
  assert.equal((await mara.post(path, again, own())).status, 303);
  assert.deepEqual(await now(), [60, before[1], 77]);
  await mara.post(path, formAsShown((await mara.get(path)).text, path, {[`on_hand_${variants[0]}`]: '5000'}), own());
});

test('to let keep what was agreed to come back is refused, not taken for done', async () => {
  const one = await returned();
  const [path, action] = [`${SHOP}/returns/${one.back}`, `${SHOP}/returns/${one.back}/agree`];
  const page = (await mara.get(path)).text;
  assert.equal((await mara.post(action, formAsShown(page, action, {words: 'Quay 1'}), own())).status, 303);
  const keep = await mara.post(action, formAsShown(page, action, {words: 'Keep it', keep: '1'}), own());
  assert.equal(keep.status, 409);
  assert.match(keep.text, /moved on meanwhile/);
  assert.equal((await pond.console('GET', `/returns/${one.back}`)).state, 'agreed');
});

/* ---- what is typed into them ---- */

test('a decimal comma is one in every amount; what is none is said', async () => {
  const one = await paid(), path = `${SHOP}/orders/${one.id}`;
  const give = async amount => (await mara.post(`${path}/refund`,
    formAsShown((await mara.get(path)).text, `${path}/refund`, {amount}), own())).status;
  for (const amount of ['1.000,00', '\uff11\uff10', '-5', '1e3', '0.001', '9'.repeat(20)])
    assert.equal(await give(amount), 422, amount);
  assert.equal(await give(' 10,50 '), 303);
  assert.equal((await pond.console('GET', `/orders/${one.id}`)).refunded.minor, 1050);
  const bill = await order(), split = `/o/${bill.id}/split`;
  const shares = {name_0: 'Ann', name_1: 'Bo', amount_0: '73,50', amount_1: '73.50'};
  const fields = formAsShown((await bill.browser.get(split)).text, split, shares);
  assert.equal((await bill.browser.post(split, fields, own())).status, 303);
});

test('a parcel whose fields were all emptied is an empty parcel, not all that is left', async () => {
  const one = await paid(), path = `${SHOP}/orders/${one.id}`;
  const fields = formAsShown((await mara.get(path)).text, `${path}/ship`, {q0: ''});
  const answer = await mara.post(`${path}/ship`, fields, own());
  assert.equal(answer.status, 422);
  assert.match(answer.text, /Say what goes into the parcel/);
  assert.equal((await pond.console('GET', `/orders/${one.id}`)).fulfilment, 'unfulfilled');
});

test('500 characters are 500 characters in any script', async () => {
  const words = '\u5bbd'.repeat(500), one = await returned();
  const act = async (path, action, fields) => {
    const filled = formAsShown((await mara.get(path)).text, action, fields);
    return (await mara.post(action, filled, own())).status;
  };
  const back = `${SHOP}/returns/${one.back}`;
  assert.equal(await act(back, `${back}/agree`, {words: `${words}!`}), 422);
  assert.equal(await act(back, `${back}/agree`, {words}), 303);
  const parcel = await paid(), at = `${SHOP}/orders/${parcel.id}`;
  assert.equal(await act(at, `${at}/ship`, {tracking: words}), 303);
  const asking = await asked(), quote = `${SHOP}/quotes/${asking.quote}`;
  assert.equal(await act(quote, `${quote}/answer`, {unit_0: '30', note: words}), 303);
  const hers = `/q/${asking.quote}`, accept = `${hers}/accept`;
  const fields = formAsShown((await asking.browser.get(hers)).text, accept, to(asking));
  assert.equal((await asking.browser.post(accept, fields, own())).status, 303, 'the note stands on the order');
});

test('verify finds nothing wrong after all that', async () => {
  const {code, stdout, stderr} = await pond.verify();
  assert.equal(code, 0, stdout + stderr);
});
