// The main job of Millpond as steps that scenarios share: a shop with a post that can be bought from, and a shopper who
// walks from a comment to a paid order over the API.
//   const pond = await openPond();                 a server with shop "reef", one product, a post, a pool's link, a mailbox
//   const ann = await pond.guest('Ann');           follows nothing yet
//   await ann.follow(pond.link);                   a browser's visit over the tracked link
//   await ann.comment('#reef');
//   const order = await ann.buy();                 until it is paid
import {setImmediate as soon} from 'node:timers/promises';
import {newStore, runCommand, startServer} from './server.mjs';
import {startSmtp} from './smtp.mjs';

export const PASSWORD = 'calm water in the morning';
export const PHONE_AGENT =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ' +
  'Version/17.5 Mobile/15E148 Safari/604.1';
const BROWSER = {'user-agent': PHONE_AGENT, 'accept-language': 'en-GB,en;q=0.9'};
const FROM_ELSEWHERE = {'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'cross-site'};
export const ADDRESS = {email: 'ann@pond.example', country: 'NL', name: 'Ann Vermeer', line1: 'Prinsengracht 12',
  postcode: '1015 DV', city: 'Amsterdam', phone: '+31612345678'};

const bearer = token => ({authorization: `Bearer ${token}`});
let counter = 0;
const key = what => `${what}-${process.pid}-${++counter}`;

const WAIT_MS = 60_000;

// Asks again until the answer fits; what was seen last is in the error when it never does.
export async function until(ask, fits, waitMs = WAIT_MS) {
  const late = performance.now() + waitMs;
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    if (performance.now() > late) {
      throw new Error(`waited ${waitMs} ms for ${fits}; last seen ${JSON.stringify(answer)?.slice(0, 1000)}`);
    }
    await soon();
  }
}

// What must succeed, as JSON; the answer is in the error otherwise.
export async function ok(promise) {
  const answer = await promise;
  if (answer.status < 200 || answer.status > 299) throw new Error(`${answer.status} ${answer.text.slice(0, 600)}`);
  return answer.text === '' ? null : answer.json();
}

export async function openPond({stock = 50, args = [], env = {}, variants, store: given, refuseMail} = {}) {
  const store = given ?? await newStore();
  const smtp = await startSmtp({refuse: refuseMail});
  const options = {store, args: ['--rate-percent', '0', ...args],
    env: {MILLPOND_SMTP_URL: `smtp://127.0.0.1:${smtp.port}`, MILLPOND_SMTP_FROM: 'shop@pond.example', ...env}};
  const made = await runCommand(['user', 'create', 'mara@reef.example', '--name', 'Mara', '--handle', 'mara', ...store.args],
    {input: PASSWORD});
  if (made.code !== 0) throw new Error(made.stderr);
  const pond = {store, smtp, server: await startServer(options)};
  const merchant = pond.server.client();
  const {token} = await ok(merchant.api('POST', '/api/v1/sessions', {email: 'mara@reef.example', password: PASSWORD}));
  pond.console = (method, path, body, headers) =>
    ok(pond.server.client().api(method, `/api/v1/console/reef${path}`, body, {...bearer(token), ...headers}));
  pond.merchant = (method, path, body, headers) =>
    ok(pond.server.client().api(method, path, body, {...bearer(token), ...headers}));
  pond.merchantToken = token;
  await pond.merchant('POST', '/api/v1/shops', {
    handle: 'reef',
    name: 'Reef & Tide',
    currency: 'EUR',
    country: 'NL',
    language: 'en',
  });
  pond.product = await pond.console(
    'POST',
    '/products',
    {
      title: 'Tide one-piece',
      status: 'active',
      options: ['Size'],
      variants: variants ?? ['S', 'M', 'L'].map(size => ({sku: `TIDE-${size}`, options: [size], price: '49.00'})),
    },
    {'idempotency-key': key('product')},
  );
  for (const variant of pond.product.variants) {
    await pond.console('PUT', `/variants/${variant.id}/stock`, {on_hand: stock});
  }
  pond.post = await pond.merchant('POST', '/api/v1/posts', {shop: 'reef', text: 'Swim where the fish are. #reef',
    products: [{id: pond.product.id}]}, {'idempotency-key': key('post')});
  // The standard flow is made by an event that follows the shop.
  const {items: flows} = await until(
    () => pond.merchant('GET', '/api/v1/shops/reef/flows'),
    list => list.items.some(flow => flow.standard),
  );
  pond.flow = flows.find(flow => flow.standard);
  await pond.merchant('POST', `/api/v1/shops/reef/flows/${pond.flow.id}/triggers`, {hashtag: 'reef', post_id: pond.post.id});
  pond.pool = async name => {
    const pool = await pond.console('POST', '/pools', {name});
    const link = await pond.console('POST', `/pools/${pool.id}/links`, {target_path: `/post/${pond.post.id}`, label: 'bio'});
    return {...pool, link: {...link, path: `/l/${link.code}`}};
  };
  pond.guest = name => guest(pond, name);
  // On the same port when one is given, so that people who were there find it again.
  pond.restart = async port => {
    const listen = port === undefined ? [] : ['--listen', `127.0.0.1:${port}`];
    pond.server = await startServer({...options, args: [...options.args, ...listen]});
  };
  pond.verify = () => runCommand(['verify', ...store.args]);
  pond.close = async () => {
    await pond.server.stop();
    await smtp.stop();
    store.remove();
  };
  return pond;
}

async function guest(pond, name) {
  const browser = pond.server.client({headers: BROWSER});
  const {token, account} = await ok(browser.api('POST', '/api/v1/guests', {name}));
  const person = {name, token, account, browser};
  // One cookie jar: the visitor's cookie goes along with the API calls, as in an app's own web view.
  const api = (method, path, body, headers) =>
    (pond.onCall?.(), browser.api)(method, path, body, {...(person.token && bearer(person.token)), ...headers});
  person.api = (...words) => ok(api(...words));
  person.tryApi = api;
  person.follow = path => browser.get(path, {headers: FROM_ELSEWHERE, follow: true});
  person.comment = (text, idempotencyKey = key('comment')) =>
    person.api('POST', `/api/v1/posts/${pond.post.id}/comments`, {text}, {'idempotency-key': idempotencyKey});
  person.conversation = async () => {
    const {items} = await until(() => person.api('GET', '/api/v1/conversations'), list => list.items.length > 0);
    return items[0];
  };
  person.messages = async id => (await person.api('GET', `/api/v1/conversations/${id}/messages`)).items;
  person.say = (id, words, idempotencyKey = key('say')) =>
    person.api('POST', `/api/v1/conversations/${id}/messages`, words, {'idempotency-key': idempotencyKey});
  // The newest message that offers a live button whose label fits, or asks for the form.
  person.offered = async (id, fits) => {
    const newest = list => list.find(m => m.buttons.some(b => b.is_live && fits(b)));
    const list = await until(() => person.messages(id), newest);
    return newest(list).buttons.find(b => b.is_live && fits(b));
  };
  person.tap = async (id, label) => person.say(id, {token: (await person.offered(id, b => label.test(b.label))).token});
  person.pay = async url => {
    const page = await browser.get(url);
    const fields = Object.fromEntries(
      [...page.text.matchAll(/<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)].map(
        ([, field, value]) => [field, value],
      ),
    );
    return browser.post(url.split('?')[0], {...fields, decision: 'pay', remember: '1'});
  };
  person.orders = async () => (await person.api('GET', '/api/v1/orders')).items;
  person.paid = () => until(person.orders, list => list.some(o => o.payment === 'paid'));
  return person;
}
