// Social over HTTP, against the real program: feeds of followers, live comments, tenants kept apart.
import test from 'node:test';
import assert from 'node:assert/strict';
import {startServer} from '../../../../tests/lib/server.mjs';
import {startSmtp} from '../../../../tests/lib/smtp.mjs';
import {mailEnv, openShop} from '../../../../tests/lib/seller.mjs';
import {formFields} from '../../../../tests/lib/client.mjs';

const until = async (what, check) => {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline;) {
    const result = await check();
    if (result) return result;
    await new Promise(done => setImmediate(done));
  }
  throw new Error(`not in time: ${what}`);
};

let smtp, server, reef, kiln;
test.before(async () => {
  smtp = await startSmtp();
  server = await startServer({env: mailEnv(smtp)});
  reef = await openShop(server, smtp, {handle: 'reef'});
  kiln = await openShop(server, smtp, {handle: 'kiln', name: 'Yao Kiln', email: 'yao@example.org'});
});
test.after(async () => {
  await server.stop();
  await smtp.stop();
});

const publish = async (who, value) => {
  const made = await who.api('POST', '/api/v1/posts', value);
  assert.equal(made.status, 201, made.text);
  return made.json();
};

const guest = async name => {
  const somebody = server.client();
  const made = await somebody.api('POST', '/api/v1/guests', {name});
  assert.ok(made.status < 300, made.text);
  return server.client({headers: {authorization: `Bearer ${made.json().token}`}});
};

test('a follower finds new posts in her feed, page by page, and none twice', async () => {
  const ann = await guest('Ann');
  assert.equal((await ann.api('PUT', '/api/v1/shops/reef/follow', {})).status, 204);
  const made = [];
  for (let i = 0; i < 5; i++) made.push((await publish(reef.owner, {shop: 'reef', text: `Number ${i}`})).id);
  await publish(kiln.owner, {shop: 'kiln', text: 'Not followed'});
  const feed = async cursor =>
    (await ann.api('GET', `/api/v1/feed?list=home&limit=2${cursor ? `&cursor=${cursor}` : ''}`)).json();
  await until('fan-out', async () => (await feed()).items[0]?.id === made[4]);
  const seen = [];
  for (let page = await feed(); ; page = await feed(page.next)) {
    seen.push(...page.items.map(post => post.id));
    if (!page.next) break;
  }
  assert.deepEqual(seen, made.reverse());
});

test('nobody writes or removes for another shop', async () => {
  const post = await publish(reef.owner, {shop: 'reef', text: 'Ours'});
  assert.equal((await kiln.owner.api('POST', '/api/v1/posts', {shop: 'reef', text: 'Theirs'})).status, 404);
  assert.equal((await kiln.owner.api('DELETE', `/api/v1/posts/${post.id}`, {})).status, 404);
  assert.equal((await kiln.owner.get('/console/reef/posts')).status, 404);
  assert.equal((await reef.owner.api('DELETE', `/api/v1/posts/${post.id}`, {})).status, 204);
  assert.equal((await server.client().get(`/post/${post.id}`)).status, 404);
});

test('a comment of a newcomer reaches whoever looks at the post', async () => {
  const post = await publish(reef.owner, {shop: 'reef', text: 'Comment #reef'});
  const stream = await fetch(`${server.url}/live?topics=post:${post.id}`);
  assert.equal(stream.status, 200);
  const reader = stream.body.getReader();
  const newcomer = server.client();
  const page = await newcomer.get(`/post/${post.id}`);
  const fields = formFields(page.text, `/post/${post.id}/comments`);
  const said = await newcomer.post(`/post/${post.id}/comments`, {...fields, name: 'Nina', text: '<b>#reef</b> please'});
  assert.equal(said.status, 303, said.text);
  let heard = '';
  while (!heard.includes('event: comment')) {
    const {value, done} = await reader.read();
    if (done) throw new Error(`the stream ended: ${heard}`);
    heard += Buffer.from(value).toString();
  }
  await reader.cancel();
  const rows = await server.client().request('GET', `/post/${post.id}/comments`, {headers: {'hx-request': 'true'}});
  assert.match(rows.text, /&lt;b&gt;<a href="\/tag\/reef">#reef<\/a>&lt;\/b&gt; please/);
  assert.match(rows.text, /Nina/);
});
