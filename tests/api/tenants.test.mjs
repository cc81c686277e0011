// Every route with every kind of caller, and with the ids of somebody else: C-17 and C-18. The list of routes comes from the
// program itself, so that a new route is walked without a word here; what town.mjs makes one of is swapped for real.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {MISSING, openTown, routesOf} from '../lib/town.mjs';
import {runCommand} from '../lib/server.mjs';

let town, routes;
before(async () => {
  town = await openTown();
  routes = await routesOf();
  await everything(); // she has read what was unread
});
after(() => town.pond.close());

// What roles hold, written down apart from the program: who widens a role does it here too.
const OWNER_ONLY = ['shop.change', 'order.refund', 'channel.manage', 'returns.manage'];
const HOLDS = {
  owner: () => true,
  staff: permission => !OWNER_ONLY.includes(permission),
  viewer: permission => permission.endsWith('.read'),
};
const hasNoAccount = who => who === 'nobody' || who === 'forged';
const isGuest = who => who === 'guest' || who === 'buyer';

// 'in', 'sign in' or 'not there': what the row declares for a caller.
function declared(route, who) {
  const isProgram = route.path.startsWith('/api/');
  if (who === 'forged' && isProgram) return 'sign in'; // a token that is none is never taken for nobody's
  switch (route.who) {
    case 'anyone': case 'provider': return 'in';
    case 'account': return hasNoAccount(who) ? 'sign in' : 'in';
    case 'member': return hasNoAccount(who) || isGuest(who) ? 'sign in' : 'in';
    case 'shop': return hasNoAccount(who) ? 'sign in' : HOLDS[who]?.(route.permission) ? 'in' : 'not there';
    case 'operator': return hasNoAccount(who) ? 'sign in' : 'not there';
    default: throw new Error(`${route.path}: ${route.who}`);
  }
}

// A body that says something right for every field a command asks for, so that only the caller is wrong.
const words = values => ({
  shop: values.shop, variant: values.variant, quantity: '1', on_hand: '7', text: 'hello', hashtag: 'stranger', product:
  values.product, product_id: values.product, post_id: values.post, other: values.contact, news: 'yes', do: 'remove',
  text_en: 'Why?', text_zh: '', kind: 'question', to: 'done', label: 'mine', target_path: '/s/reef', name: 'Mine',
  amount: '1.00', tracking: 'X1', alt: 'mine', on: '0', message: MISSING, who: 'dora', role: 'owner', status:
  'archived', token: 'nothing', decision: 'pay', language: 'en', currency: 'EUR', country: 'NL', email:
  'dora@reef.example', title: 'Mine', price: '1.00', gateway: 'test',
});
const NUMBERS = ['quantity', 'on_hand', 'on'];
function bodyFor(route, values = town.values) {
  if (route.method === 'GET' || route.body_max === 0) return undefined;
  const fields = words(values);
  if (!route.path.startsWith('/api/')) return fields;
  for (const name of NUMBERS) fields[name] = Number(fields[name]);
  return {...fields, lines: [{variant: values.variant, quantity: 1}], products: [{id: values.product}]};
}

let calls = 0;
const call = (who, route, other, values) =>
  town.callers[who].call(route.method, town.fill(route.path, other), bodyFor(route, values), {
    'idempotency-key': `walk-${++calls}`,
  });
const isStream = route => route.rate === 'stream';
// These end the session that they are called with.
const makesSessions = route => route.rate === 'auth' || /logout|guests|sessions/.test(route.path);
const isToLogin = answer => answer.status === 303 && answer.location.startsWith('/login?next=');

// What an answer says, without what differs by nature: ids of the path, tokens, numbers of requests, times of day.
function said(answer, ...ids) {
  let text = answer.text.replace(/value="[^"]*"/g, '').replace(/req-[\w-]+/g, '').replace(/\b\d\d:\d\d\b/g, '');
  let location = answer.location ?? '';
  for (const id of ids) { text = text.replaceAll(id, 'ID'); location = location.replaceAll(id, 'ID'); }
  return {status: answer.status, location, text};
}

// All that belongs to the shop and to the buyer, as its owner and she see it. Figures of visits may change by being watched.
async function everything() {
  const seen = {};
  const isWatched = path => /\/visits$|\/today$|\/pools$|\/customers/.test(path);
  for (const route of routes.filter(r => r.method === 'GET' && r.path.startsWith('/api/v1/') && !isWatched(r.path))) {
    for (const who of ['owner', 'buyer']) {
      if (declared(route, who) === 'in') seen[`${who} ${route.path}`] = said(await call(who, route)).text;
    }
  }
  return seen;
}

test('every route lets in whom its row declares, and nobody else', async () => {
  const before_ = await everything();
  const wrong = [];
  for (const who of ['nobody', 'forged', 'guest', 'buyer', 'member', 'neighbour', 'viewer', 'staff']) {
    for (const route of routes.filter(r => !isStream(r))) {
      const expected = declared(route, who);
      if (expected === 'in') continue;
      const answer = await call(who, route);
      const fits = expected === 'sign in' ? answer.status === 401 || isToLogin(answer) : answer.status === 404;
      if (!fits) wrong.push(`${who}: ${route.method} ${route.path}: ${answer.status}, not ${expected}`);
    }
  }
  assert.deepEqual(wrong, []);
  assert.deepEqual(await everything(), before_);
});

test('a shop of somebody else answers like a shop that is not there', async () => {
  const wrong = [];
  for (const route of routes.filter(r => r.who === 'shop' && !isStream(r))) {
    const theirs = said(await call('member', route), 'reef');
    const none = said(await call('member', route, {shop: 'nosuch'}), 'nosuch');
    try {
      assert.deepEqual(theirs, none);
    } catch {
      wrong.push(`${route.method} ${route.path}: ${theirs.status} ${none.status}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('in her own shop a keeper cannot tell ids of another shop from ids that nothing has', async () => {
  const before_ = await everything();
  const wrong = [];
  for (const route of routes.filter(r => r.who === 'shop' && !isStream(r) && /\{shop\}.*\{/.test(r.path))) {
    const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(m => m[1]).filter(name => name !== 'shop' && name !== 'step');
    const ids = {};
    for (const name of names)
      ids[name === 'id' ? (route.path.includes('/mails/') ? 'mail' : 'conversation') : name] = MISSING;
    const theirs = said(
      await call('neighbour', route, {shop: 'dune'}),
      ...Object.keys(ids).map(name => town.values[name] ?? MISSING),
    );
    const none = said(await call('neighbour', route, {shop: 'dune', ...ids}), MISSING);
    try { assert.deepEqual(theirs, none); } catch (error) {
      wrong.push(`${route.method} ${route.path}: ${theirs.status} ${none.status}`);
    }
  }
  assert.deepEqual(wrong, []);
  assert.deepEqual(await everything(), before_);
});

test('nor when they come in a body', async () => {
  const before_ = await everything();
  const missing = Object.fromEntries(Object.keys(town.values).map(name => [name, MISSING]));
  const wrong = [];
  for (const route of routes.filter(
    r => r.method !== 'GET' && (r.who === 'shop' || /^\/api\/v1\/[a-z]+$/.test(r.path)) && !makesSessions(r),
  )) {
    const own = route.who === 'shop' ? {shop: 'dune'} : {};
    if (route.path === '/api/v1/shops') continue; // names no one else's
    const theirs = said(
      await call('neighbour', route, own, {...town.values, shop: 'dune'}),
      ...Object.values(town.values),
    );
    const none = said(await call('neighbour', route, own, {...missing, shop: 'dune'}), MISSING);
    if (theirs.status !== none.status) wrong.push(`${route.method} ${route.path}: ${theirs.status} ${none.status}`);
  }
  assert.deepEqual(wrong, []);
  assert.deepEqual(await everything(), before_);
});

test('nor when many are chosen at once, or a list is narrowed by them', async () => {
  const before_ = await everything();
  const {neighbour} = town.callers;
  const {order, product, contact, pool} = town.values;
  const goods = (await neighbour.call('POST', '/api/v1/console/dune/products',
    {title: 'Sand', status: 'active', variants: [{price: '1.00'}]}, {'idempotency-key': 'many-sand'})).json();
  const bodies = [
    ['orders', 'order', order, ['ship', 'print']],
    ['products', 'product', product, ['draft', 'archived', 'active']],
    ['customers', 'contact', contact, ['export', 'no_news']],
  ];
  const answer = async (noun, field, what, ids) => said(await neighbour.request('POST', `/console/dune/${noun}/many`,
    new URLSearchParams([['do', what], ['next', '/console/dune'], ...ids.map(id => [field, id])])), ...ids);
  const slips = id => neighbour.call('GET', `/console/dune/orders/slips?o=${id}`);
  for (const [noun, field, theirs, acts] of bodies) for (const what of acts) {
    const seen = await answer(noun, field, what, [theirs]);
    assert.deepEqual(seen, await answer(noun, field, what, [MISSING]), `${noun} ${what}`);
    // Printing leads to slips (404 below); shipping says of each what became of it.
    assert.equal(seen.status, {print: 303, ship: 200}[what] ?? 404, `${noun} ${what}`);
  }
  assert.equal((await slips(order)).status, 404);
  // One's own beside somebody else's: nothing is done by halves.
  assert.equal((await answer('products', 'product', 'archived', [goods.id, product])).status, 404);
  assert.equal((await neighbour.call('GET', `/api/v1/console/dune/products/${goods.id}`)).json().status, 'active');
  for (const path of ['orders', 'orders/export.csv', 'customers', 'customers/export.csv', 'inbox', 'products']) {
    for (const query of [`pool=${pool}`, `customer=${contact}`, `post=${town.values.post}`, `product=${product}`]) {
      const narrowed = id => neighbour.call('GET', `/console/dune/${path}?${query.split('=')[0]}=${id}`);
      const [theirs, none] = [await narrowed(query.split('=')[1]), await narrowed(MISSING)];
      assert.deepEqual(said(theirs, query.split('=')[1]), said(none, MISSING), `${path} ${query}`);
      assert.doesNotMatch(theirs.text, /ann@pond\.example|Vermeer|Tide one-piece/);
    }
  }
  assert.deepEqual(await everything(), before_);
});

test('a buyer cannot tell orders, conversations, sessions and photos of another from none', async () => {
  const before_ = await everything();
  const wrong = [];
  const isPersonal = path => /\{(order|photo|id|attempt)\}/.test(path) && !path.includes('{shop}');
  for (const route of routes.filter(r => isPersonal(r.path) && !isStream(r))) {
    const ids = {order: MISSING, photo: MISSING, session: MISSING, conversation: MISSING, attempt: MISSING};
    for (const who of ['guest', 'neighbour', 'owner']) {
      const theirs = said(await call(who, route), ...Object.keys(ids).map(name => town.values[name] ?? MISSING));
      const none = said(await call(who, route, ids), MISSING);
      try {
        assert.deepEqual(theirs, none);
      } catch {
        wrong.push(`${who}: ${route.method} ${route.path}: ${theirs.status} ${none.status}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
  assert.deepEqual(await everything(), before_);
});

test('whom a row declares comes in, and no route breaks for anybody', async () => {
  const wrong = [];
  const ends = /\/remove|members|erase/; // these would end the walk
  for (const route of routes.filter(r => !isStream(r) && !makesSessions(r) && !ends.test(r.path) && r.method !== 'DELETE')) {
    for (const who of Object.keys(town.callers)) {
      if (declared(route, who) !== 'in') continue;
      const answer = await call(who, route);
      if (answer.status === 401 || answer.status >= 500)
        wrong.push(`${who}: ${route.method} ${route.path}: ${answer.status}`);
    }
  }
  assert.deepEqual(wrong, []);
  assert.doesNotMatch(town.pond.server.log(), /http\.failed|assert/i);
});

test('who is taken out of a shop is out at the next request', async () => {
  const {staff, owner} = town.callers;
  assert.equal((await staff.call('GET', '/api/v1/console/reef/orders')).status, 200);
  assert.equal((await owner.call('POST', `/console/reef/settings/members/${town.values.account}/remove`)).status, 303);
  assert.equal((await staff.call('GET', '/api/v1/console/reef/orders')).status, 404);
});

test('verify finds nothing wrong after all that', async () => {
  await town.pond.server.stop();
  const verified = await runCommand(['verify', ...town.pond.store.args]);
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  await town.pond.restart();
});
