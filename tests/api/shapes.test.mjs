// What programs may rely on: money, lists, times, keys, bodies and tokens are the same everywhere. The walk over answers
// takes the routes from the program itself, so that a new list or a new amount is checked without a word here.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {MISSING, openTown, routesOf} from '../lib/town.mjs';
import {ADDRESS, ok} from '../lib/wheel.mjs';

let town, pond, routes;
before(async () => {
  town = await openTown();
  pond = town.pond;
  routes = await routesOf();
});
after(() => pond.close());

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/;
const isMoney = value => ['amount', 'minor'].some(name => name in value);

// Whatever is wrong in a JSON answer, as "path: why".
function faultsOf(value, path, found = []) {
  if (Array.isArray(value)) value.forEach((item, i) => faultsOf(item, `${path}[${i}]`, found));
  if (typeof value === 'number' && Math.abs(value) > 1e11) found.push(`${path}: a time or an id as a number, ${value}`);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return found;
  if (isMoney(value)) {
    const {amount, minor, currency} = value;
    const fits =
      Object.keys(value).join() === 'amount,minor,currency' &&
      /^-?\d+(\.\d+)?$/.test(amount) &&
      Number.isInteger(minor) &&
      /^[A-Z]{3}$/.test(currency) &&
      Number(amount.replace('.', '')) === minor;
    if (!fits) found.push(`${path}: no money, ${JSON.stringify(value)}`);
  }
  for (const [name, part] of Object.entries(value)) {
    if (/_(minor|cents|ms)$/.test(name)) found.push(`${path}.${name}: money or time as a number`);
    if (/(^|_)at$|^(first|last)_seen$/.test(name) && part !== null && !RFC_3339.test(part))
      found.push(`${path}.${name}: no time, ${part}`);
    faultsOf(part, `${path}.${name}`, found);
  }
  return found;
}

// What is asked for by a noun that is one thing; every other GET that ends in a plain word is a list. What flows answer
// is of their own editor.
const ONE_THING = /\/(settings|me|today|tax|openapi\.json)$/;
const isList = route => !/\}$/.test(route.path) && !ONE_THING.test(route.path) && !/\/flows?(\/|$)/.test(route.path);
const gets = () => routes.filter(route => route.method === 'GET' && route.path.startsWith('/api/v1/'));
const callerOf = route => route.who === 'operator'
  ? town.operator
  : town.callers[/\/console\/|\/flows/.test(route.path) ? 'owner' : 'buyer'];

test('money has an amount, its minor units and its currency; times are RFC 3339: in every answer', async () => {
  const wrong = [];
  let amounts = 0;
  for (const route of gets().filter(({path}) => !/\{(photo|import|company|bundle)\}|\/flows\/\{/.test(path))) {
    const answer = await ok(callerOf(route).call('GET', town.fill(route.path)));
    amounts += JSON.stringify(answer).split('"minor"').length - 1;
    wrong.push(...faultsOf(answer, route.path));
  }
  assert.deepEqual(wrong, []);
  assert.ok(amounts > 30, `only ${amounts} amounts seen`);
});

test('every list has its items and the cursor of the next page, and takes it', async () => {
  const lists = gets().filter(isList);
  assert.ok(lists.length >= 18, lists.map(route => route.path).join());
  const wrong = [];
  for (const route of lists) {
    const list = await ok(callerOf(route).call('GET', town.fill(route.path)));
    const next = 'next' in list ? typeof list.next : 'missing';
    if (!Array.isArray(list.items) || !(next === 'string' || list.next === null))
      wrong.push(`${route.path}: ${Object.keys(list)} next ${next}`);
  }
  assert.deepEqual(wrong, []);
});

test('page after page by the cursor gives each thing once', async () => {
  const {guest, owner} = town.callers;
  for (let i = 0; i < 52; i++) {
    const order = {lines: [{variant: pond.product.variants[1].id, quantity: 1}], ...ADDRESS, email: 'bob@pond.example'};
    const {id} = await ok(guest.call('POST', '/api/v1/shops/reef/orders', order, {'idempotency-key': `page-${i}`}));
    await ok(owner.call('POST', `/api/v1/console/reef/orders/${id}/cancel`, {why: 'enough'}));
  }
  for (const [who, path] of [[guest, '/api/v1/orders'], [owner, '/api/v1/console/reef/orders']]) {
    const seen = [];
    for (let list = {next: ''}; list.next !== null;) {
      list = await ok(who.call('GET', `${path}?cursor=${encodeURIComponent(list.next)}`));
      seen.push(...list.items.map(order => order.id));
    }
    assert.equal(new Set(seen).size, seen.length, path);
    assert.equal(seen.length, who === guest ? 52 : 55, path);
  }
});

test('the orders of one customer, on the page and for programs', async () => {
  const {owner, neighbour} = town.callers;
  const {items} = await pond.console('GET', '/customers');
  const ann = items.find(contact => contact.email === ADDRESS.email);
  const all = await pond.console('GET', '/orders');
  const hers = await pond.console('GET', `/orders?customer=${ann.id}`);
  assert.ok(all.items.some(order => order.contact !== ann.id));
  const placed = new Set([town.unpaid, town.paid, town.returned].map(({order}) => order.id));
  assert.deepEqual(new Set(hers.items.map(order => order.id)), placed);
  assert.deepEqual(
    (await pond.console('GET', `/orders?customer=${ann.id}&state=open`)).items.map(order => order.id),
    [town.unpaid.order.id],
  );
  assert.equal((await owner.call('GET', '/api/v1/console/reef/orders?customer=x')).status, 400);
  assert.deepEqual((await pond.console('GET', `/orders?customer=${MISSING}`)).items, []);
  const opened = (await owner.call('GET', `/console/reef/customers/${ann.id}`)).text.match(
    /\/console\/reef\/orders\?[^"]*/,
  )[0];
  const page = (await owner.call('GET', opened)).text;
  assert.ok(page.includes(`/orders/${town.paid.order.id}`));
  const numbers = [...page.matchAll(/\/console\/reef\/orders\/(\w{13})"/g)].map(([, id]) => id);
  assert.deepEqual(new Set(numbers), placed);
  const chip = page.match(/<a class="chip" href="([^"]*)"[^>]*aria-label="Show others than [^"]*"/);
  assert.equal(chip[1].replaceAll('&amp;', '&'), '/console/reef/orders?state=&pool=&customer=&days=0');
  assert.match(page, new RegExp(`href="/console/reef/orders\\?state=open&amp;pool=&amp;customer=${ann.id}&amp;`));
  assert.equal((await owner.call('GET', `/console/reef/orders?customer=${MISSING}`)).status, 404);
  assert.equal((await neighbour.call('GET', `/console/dune/orders?customer=${ann.id}`)).status, 404);
  assert.deepEqual((await ok(neighbour.call('GET', `/api/v1/console/dune/orders?customer=${ann.id}`))).items, []);
});

test('another token takes none away; the token of a guest ends when she becomes a member', async () => {
  const api = (token, method, path, body) =>
    pond.server.client().api(method, path, body, token && {authorization: `Bearer ${token}`});
  const isAlive = async token => (await api(token, 'GET', '/api/v1/me')).status === 200;
  const {token: eve} = await ok(api(null, 'POST', '/api/v1/guests', {name: 'Eve'}));
  const {token: other} = await ok(api(eve, 'POST', '/api/v1/guests', {name: 'Other'}));
  assert.deepEqual([await isAlive(eve), await isAlive(other)], [true, true]);
  const words = {name: 'Eve', email: 'eve@pond.example', password: 'calm water in the evening'};
  const {token: member} = await ok(api(eve, 'POST', '/api/v1/accounts', words));
  assert.deepEqual([await isAlive(eve), await isAlive(member)], [false, true]);
  const {token: second} = await ok(api(member, 'POST', '/api/v1/sessions', words));
  assert.deepEqual([await isAlive(member), await isAlive(second)], [true, true]);
  const {token: joining} = await ok(api(other, 'POST', '/api/v1/sessions', words));
  assert.deepEqual([await isAlive(other), await isAlive(joining), await isAlive(member)], [false, true, true]);
});

test('where no body is needed none is asked for, and a needless one does no harm', async () => {
  const {buyer} = town.callers;
  const like = `/api/v1/posts/${pond.post.id}/like`;
  const bare = {'content-length': undefined, 'transfer-encoding': undefined};
  for (const [method, body] of [['PUT', undefined], ['PUT', '{}'], ['DELETE', '{"why":"no more"}'], ['DELETE', undefined]])
    assert.equal(
      (await buyer.request(method, like, body, {'content-type': 'application/json', ...bare})).status,
      204,
      `${method} ${body}`,
    );
  assert.equal((await buyer.request('DELETE', like, '{', {'content-type': 'application/json'})).status, 400);
  assert.equal(
    (await buyer.request('DELETE', like, `"${'x'.repeat(5000)}"`, {'content-type': 'application/json'})).status,
    413,
  );
  const raw = await bareCall('POST', `/api/v1/console/reef/orders/${town.paid.order.id}/deliver`, town.callers.owner.token);
  assert.match(raw, /^HTTP\/1\.1 409 /); // it is not shipped yet: the business answers, not the server
  assert.match(
    await bareCall('POST', `/api/v1/posts/${pond.post.id}/comments`, buyer.token),
    /^HTTP\/1\.1 422 [^]*"field":"text"/,
  );
});

// A call without Content-Length, which Node does not let out.
async function bareCall(method, path, token) {
  const {connect} = await import('node:net');
  return new Promise((done, fail) => {
    const socket = connect(pond.server.port, '127.0.0.1', () =>
      socket.write(`${method} ${path} HTTP/1.1\r\nHost: pond\r\nAuthorization: Bearer ${token}\r\n`
        + 'Accept: application/json\r\nConnection: close\r\n\r\n'));
    let text = '';
    socket.on('data', part => { text += part; }).on('end', () => done(text)).on('error', fail);
  });
}

test('a refund of nothing names its field', async () => {
  for (const amount of ['0', '0.00', '-1']) {
    const answer = await town.callers.owner.call(
      'POST',
      `/api/v1/console/reef/orders/${town.paid.order.id}/refunds`,
      {amount},
      {'idempotency-key': `nothing-${amount}`},
    );
    assert.deepEqual([answer.status, answer.json().field], [422, 'amount'], answer.text);
  }
});

test('money and goods are made once per key, and not without one', async () => {
  const {neighbour} = town.callers;
  const needing = routes.filter(route => route.needs_key).map(route => `${route.method} ${route.path}`).sort();
  assert.deepEqual(needing, ['POST /api/v1/bundles', 'POST /api/v1/bundles/{bundle}/payments',
    'POST /api/v1/console/{shop}/orders/{order}/change', 'POST /api/v1/console/{shop}/orders/{order}/edit',
    'POST /api/v1/console/{shop}/orders/{order}/refunds',
    'POST /api/v1/console/{shop}/products', 'POST /api/v1/console/{shop}/quotes', 'POST /api/v1/orders/{order}/payments',
    'POST /api/v1/orders/{order}/returns', 'POST /api/v1/quotes/{quote}/accept', 'POST /api/v1/shops/{shop}/orders']);
  for (const route of routes.filter(r => r.needs_key)) {
    const answer = await callerOf(route).call('POST', town.fill(route.path), {});
    assert.deepEqual([answer.status, answer.json().type], [400, '/problems/error.key_missing'], route.path);
  }
  const made = (path, body, key) => neighbour.call('POST', path, body, {'idempotency-key': key});
  const goods = {title: 'Sand', variants: [{price: '1.00'}]};
  for (const [path, body] of [
    ['/api/v1/console/dune/products', goods],
    ['/api/v1/shops', {handle: 'dunes', name: 'Dunes', currency: 'EUR', country: 'NL', language: 'en'}],
    ['/api/v1/console/dune/pools', {name: 'Market'}],
  ]) {
    const answers = await Promise.all(Array.from({length: 5}, () => made(path, body, `once-${path}`)));
    assert.deepEqual(
      answers.map(answer => answer.status),
      [201, 201, 201, 201, 201],
      path,
    );
    assert.equal(new Set(answers.map(answer => answer.json().id)).size, 1, path);
    assert.equal((await made(path, {...body, name: 'Else', title: 'Else'}, `once-${path}`)).status, 422, path);
  }
  const {items} = await ok(neighbour.call('GET', '/api/v1/console/dune/products'));
  assert.equal(items.length, 1);
});

test('photos that others uploaded get onto nothing', async () => {
  const {owner, staff, neighbour, buyer, guest} = town.callers;
  const {readFileSync} = await import('node:fs');
  const bytes = readFileSync(new URL('../../docs/screens/product.webp', import.meta.url).pathname);
  const upload = async who => {
    const form = new FormData();
    form.append('photo', new Blob([bytes], {type: 'image/webp'}), 'photo.webp');
    const answer = await who.request('POST', '/api/v1/media', form);
    assert.equal(answer.status, 201, answer.text);
    return answer.json().items[0].id;
  };
  const [mine, hers, colleague, shopper] = [
    await upload(neighbour),
    await upload(owner),
    await upload(staff),
    await upload(buyer),
  ];
  let n = 0;
  const product = (who, shop, photos, variant = {}) => who.call('POST', `/api/v1/console/${shop}/products`,
    {title: `Shell ${++n}`, photos, variants: [{price: '1.00', ...variant}]}, {'idempotency-key': `shell-${n}`});
  const post = (who, words) =>
    who.call('POST', '/api/v1/posts', {text: 'look', ...words}, {'idempotency-key': `look-${++n}`});
  const like = answer => [answer.status, answer.json().type, answer.json().field];
  // Somebody else's are answered like those that nobody has.
  for (const photo of [hers, shopper]) {
    assert.deepEqual(like(await product(neighbour, 'dune', [photo])), like(await product(neighbour, 'dune', [MISSING])));
    assert.deepEqual(like(await product(neighbour, 'dune', [mine, photo])), [422, '/problems/catalog.no_photo', 'photos']);
    assert.deepEqual(like(await product(neighbour, 'dune', [mine], {photo_id: photo})), [
      422,
      '/problems/catalog.no_photo',
      'photo_id',
    ]);
    assert.deepEqual(like(await post(neighbour, {photos: [photo]})), like(await post(neighbour, {photos: [MISSING]})));
    assert.equal((await post(neighbour, {shop: 'dune', photos: [photo]})).status, 422);
  }
  assert.equal((await post(guest, {photos: [shopper]})).status, 422);
  // One's own, and a colleague's for the shop's things, are fine; a shop's are no member's own.
  assert.equal((await product(neighbour, 'dune', [mine], {photo_id: mine})).status, 201);
  assert.equal((await product(owner, 'reef', [hers, colleague])).status, 201);
  assert.equal((await post(buyer, {photos: [shopper]})).status, 201);
  assert.equal((await post(staff, {shop: 'reef', photos: [hers]})).status, 201);
  assert.equal((await post(staff, {photos: [hers]})).status, 422);
  // What a colleague brought stays when she has left.
  const made = (await product(staff, 'reef', [colleague])).json();
  assert.equal((await owner.call('POST', town.fill('/console/{shop}/settings/members/{account}/remove'))).status, 303);
  assert.equal((await staff.call('GET', '/api/v1/console/reef/products')).status, 404);
  const again = await owner.call('PUT', `/api/v1/console/reef/products/${made.id}`,
    {title: 'Shell again', photos: [colleague], variants: [{price: '1.00'}]});
  assert.equal(again.status, 200, again.text);
});
