// Pages that many share (SHARED_BY_ALL): each reader gets the shared bytes with her own parts, and nobody another's.
// A query keeps a request away from what is kept: the page with one is made by the handler for this reader alone.
// engines: sqlite postgres
import assert from 'node:assert/strict';
import {gunzipSync} from 'node:zlib';
import {after, before, test} from 'node:test';
import {runCommand, newStore, startServer} from '../lib/server.mjs';

const PRODUCT = '/s/reef/p/reef-one-piece';
const BROWSER = {'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
  'accept-language': 'en', 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'same-origin'};

let server, store, password;
before(async () => {
  store = await newStore();
  const made = await runCommand(['demo', '--small', ...store.args]);
  assert.equal(made.code, 0, made.stderr);
  password = made.stdout.match(/password {2}(\S+)/)[1];
  server = await startServer({store, args: ['--rate-percent', '0']});
});
after(async () => { await server.stop(); store.remove(); });

const reader = () => server.client({headers: BROWSER});
const fieldsOf = html => [...html.matchAll(/name="csrf" value="([^"]+)"/g)].map(match => match[1]);
const viaOf = html => html.match(/[?;]via=([^"&]+)"/)?.[1];

async function guest(name) {
  const one = reader();
  await one.get('/explore');
  await one.post('/s/reef/p/reef-one-piece', {option1: 'S', option2: 'Coral', quantity: '1', then: 'cart'});
  const page = await one.get(PRODUCT, {follow: true});
  assert.equal(page.status, 200, name);
  return one;
}

async function member(email) {
  const one = reader();
  await one.get('/explore');
  const signedIn = await one.api('POST', '/api/v1/sessions', {email, password}, {'sec-fetch-dest': undefined});
  assert.ok(signedIn.status < 300, signedIn.text);
  one.cookies.set('mp', signedIn.json().token);
  return one;
}

test('the page filled in is the page made for her alone, whoever reads, in both languages, plain and packed', async () => {
  const readers = [await guest('a guest with a bag'), await member('ines@example.com'), await member('marit@example.com')]
    .concat([reader()]);
  await readers.at(-1).get('/explore');
  for (const language of ['en', 'zh-CN']) {
    for (const one of [...readers, ...readers]) {
      const headers = {'accept-language': language};
      const own = await one.get(`${PRODUCT}?alone=1`, {headers});
      const shared = await one.get(PRODUCT, {headers});
      assert.equal(own.status, 200);
      assert.equal(shared.text, own.text);
      const packed = await one.get(PRODUCT, {headers: {...headers, 'accept-encoding': 'gzip'}});
      assert.equal(packed.headers.get('content-encoding'), 'gzip');
      assert.equal(gunzipSync(packed.bytes).toString('utf8'), own.text);
      assert.equal(shared.headers.get('cache-control'), 'no-store');
    }
  }
});

test('many at once, while the page is made anew: each sees her own token, link and bag, never another\'s', async () => {
  const readers = [];
  for (let i = 0; i < 8; i++) readers.push(await guest(`guest ${i}`));
  readers.push(await member('ines@example.com'), reader());
  await readers.at(-1).get('/explore');
  const own = [];
  for (const one of readers) {
    const {text} = await one.get(`${PRODUCT}?alone=1`);
    own.push({tokens: fieldsOf(text), via: viaOf(text), text});
  }
  const tokens = own.flatMap(one => one.tokens.slice(0, 1));
  assert.equal(new Set(tokens).size, readers.length - 1, 'every session has a token of its own');
  assert.equal(new Set(own.map(one => one.via)).size, readers.length, 'and a link of its own; the visitor has none');
  const comments = await member('marit@example.com');
  for (let round = 0; round < 6; round++) {
    const writes = comments.api('POST', '/api/v1/guests', {name: `Stranger ${round}`}); // makes what is kept old
    const pages = await Promise.all(readers.flatMap(one =>
      [{}, {'accept-encoding': 'gzip'}].map(headers => one.get(PRODUCT, {headers}))));
    await writes;
    for (const [i, page] of pages.entries()) {
      const text = i % 2 === 1 ? gunzipSync(page.bytes).toString('utf8') : page.text;
      assert.equal(text, own[i >> 1].text, `reader ${i >> 1}, round ${round}`);
    }
  }
});

test('what was hers is gone when she signs out', async () => {
  const one = await guest('Ann');
  const before = await one.get(PRODUCT);
  const [token] = fieldsOf(before.text);
  assert.ok(token);
  assert.equal((await one.post('/logout', {csrf: token})).status, 303);
  const page = await one.get(PRODUCT);
  assert.deepEqual(fieldsOf(page.text), []);
  assert.ok(!page.text.includes('via='));
  assert.ok(!page.text.includes(token));
});
