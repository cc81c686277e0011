// A town for those who try what they may not: the shop "reef" of wheel.mjs with everything a shop comes to own, a second
// shop "dune" with a keeper of its own, and one caller of every kind.
//   const town = await openTown();
//   town.callers.viewer.call('GET', '/console/reef/orders')     as a program would: a bearer token
//   town.fill('/api/v1/orders/{order}')                         the path with what belongs to reef and to Ann
//   town.fill(path, {order: town.missing})                      ... with something else in a place
import {ADDRESS, PASSWORD, ok, openPond, until} from './wheel.mjs';
import {runCommand} from './server.mjs';

export const routesOf = async () => JSON.parse((await runCommand(['routes', '--json'])).stdout);

// A well formed id that nothing has.
export const MISSING = '00000000zzzzz';

async function account(pond, email, name, handle) {
  const made = await runCommand(['user', 'create', email, '--name', name, '--handle', handle, ...pond.store.args], {
    input: PASSWORD,
  });
  if (made.code !== 0) throw new Error(made.stderr);
  const {token} = await ok(pond.server.client().api('POST', '/api/v1/sessions', {email, password: PASSWORD}));
  return {name, email, handle, token};
}

// A caller who keeps nothing from one call to the next: a bearer token for programs, the same as a cookie for pages.
function caller(pond, token) {
  const proof = path =>
    token === undefined ? {} : path.startsWith('/api/') ? {authorization: `Bearer ${token}`} : {cookie: `mp=${token}`};
  const request = (method, path, body, headers) =>
    pond.server.client().request(method, path, {body, headers: {...proof(path), ...headers}});
  return {
    token,
    // `body`: fields of a form for pages, a value for the API; a string goes as it is.
    call: (method, path, body, headers) => {
      if (!path.startsWith('/api/')) return request(method, path, body && new URLSearchParams(body), headers);
      const json = body !== undefined && {'content-type': 'application/json'};
      return request(method, path, body && JSON.stringify(body), {accept: 'application/json', ...json, ...headers});
    },
    request,
  };
}

async function placeUnpaid(person, pond, key) {
  const order = await person.api('POST', '/api/v1/shops/reef/orders',
    {lines: [{variant: pond.product.variants[0].id, quantity: 1}], ...ADDRESS}, {'idempotency-key': key});
  const {redirect} = await person.api('POST', `/api/v1/orders/${order.id}/payments`, {}, {'idempotency-key': `pay-${key}`});
  return {order, attempt: redirect.match(/\/pay\/test\/([^?]+)/)[1], door: redirect};
}

export async function openTown(options) {
  const pond = await openPond(options);
  const town = {pond, missing: MISSING};
  const pool = await pond.pool('Instagram');
  const ann = await pond.guest('Ann');
  const bob = await pond.guest('Bob');
  await ann.follow(pool.link.path);
  const comment = await ann.comment('#reef');
  const conversation = await ann.conversation();
  const unpaid = await placeUnpaid(ann, pond, 'town-unpaid');
  const paid = await placeUnpaid(ann, pond, 'town-paid');
  await ann.pay(paid.door);
  await ann.paid();
  const returned = await placeUnpaid(ann, pond, 'town-returned');
  await ann.pay(returned.door);
  await until(ann.orders, list => list.every(o => o.payment === 'paid' || o.id === unpaid.order.id));
  await pond.console('POST', `/orders/${returned.order.id}/ship`, {});
  returned.id = (await ann.api('POST', `/api/v1/orders/${returned.order.id}/returns`,
    {lines: [{position: 0, quantity: 1}], reason: 'fit'}, {'idempotency-key': 'town-return'})).id;
  const people = {};
  const owner = caller(pond, pond.merchantToken);
  for (const [name, handle] of [['Dora', 'dora'], ['Sten', 'sten'], ['Vera', 'vera'], ['Mia', 'mia']]) {
    people[handle] = await account(pond, `${handle}@reef.example`, name, handle);
  }
  for (const [who, role] of [['sten', 'staff'], ['vera', 'viewer']]) {
    const answer = await owner.call('POST', '/console/reef/settings/members', {who, role});
    if (answer.status !== 303) throw new Error(`member: ${answer.status} ${answer.text}`);
  }
  const dora = caller(pond, people.dora.token);
  await ok(
    dora.call('POST', '/api/v1/shops', {handle: 'dune', name: 'Dune', currency: 'EUR', country: 'NL', language: 'en'}),
  );
  const contacts = await until(() => pond.console('GET', '/customers'), list => list.items.length > 0);
  const mails = (await owner.call('GET', '/console/reef/mails')).text;
  const flow = (await pond.merchant('GET', '/api/v1/shops/reef/flows')).items.find(f => f.standard);
  const shown = await pond.merchant('GET', `/api/v1/shops/reef/flows/${flow.id}`);
  const wanted = {lines: [{variant: pond.product.variants[0].id, quantity: 20}]};
  const quote = await ann.api('POST', '/api/v1/shops/reef/quotes', wanted);
  const mine = await ann.api('GET', '/api/v1/sessions');
  Object.assign(town, {ann, bob, people, unpaid, paid, returned, conversation, comment, shown});
  town.callers = {
    nobody: caller(pond),
    forged: caller(pond, 'A'.repeat(43)),
    guest: caller(pond, bob.token),
    buyer: caller(pond, ann.token),
    member: caller(pond, people.mia.token),
    neighbour: dora,
    viewer: caller(pond, people.vera.token),
    staff: caller(pond, people.sten.token),
    owner,
  };
  const olga = await account(pond, 'olga@pond.example', 'Olga', 'olga');
  await runCommand(['user', 'operator', olga.email, ...pond.store.args]);
  town.operator = caller(pond, olga.token); // runs the server, and has no shop
  town.values = {
    job: MISSING,
    shop: 'reef',
    product: pond.product.id,
    variant: pond.product.variants[0].id,
    pool: pool.id,
    link: pool.link.id,
    order: unpaid.order.id,
    contact: contacts.items[0].id,
    merge: MISSING,
    flow: flow.id,
    step: shown.steps?.[0]?.id ?? '0',
    trigger: shown.triggers?.[0]?.id ?? MISSING,
    photo: MISSING,
    post: pond.post.id,
    comment: comment.id,
    handle: 'mara',
    account: (await ok(caller(pond, people.sten.token).call('GET', '/api/v1/me'))).id,
    attempt: unpaid.attempt,
    quote: quote.id,
    return: returned.id,
    token: 'A'.repeat(43),
    code: pool.link.code,
    file: 'nothing.css',
    size: '600.webp',
    name: 'reef',
    tag: 'reef',
    session: (mine.items ?? mine.sessions)[0].id,
    conversation: conversation.id,
    mail: mails.match(/\/mails\/([^/]+)\/again/)?.[1] ?? MISSING,
  };
  // {id} means what the path says it is of.
  const kind = path => (path.includes('/sessions/') ? 'session' : path.includes('/mails/') ? 'mail' : 'conversation');
  // A return is of an order of its own.
  const own = path => path.includes('{return}') ? {...town.values, order: returned.order.id} : town.values;
  town.fill = (path, other = {}) => path.replace(/\{(\w+)\}/g, (all, word) => {
    const name = word === 'id' ? kind(path) : word;
    return encodeURIComponent({...own(path), ...other}[name] ?? MISSING); // nobody here made one of those
  });
  return town;
}
