// One turn of the wheel over the API: pool -> visit -> post -> #hashtag -> bot -> paid order -> contact -> share -> friend.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {ADDRESS, ok, openPond, until} from '../lib/wheel.mjs';

let pond, instagram, ann, conversation;
before(async () => {
  pond = await openPond();
  instagram = await pond.pool('Instagram');
});
after(() => pond.close());

const stockOf = async () => (await pond.console('GET', `/products/${pond.product.id}/stock`)).items;

test('a guest over the link of a pool comments the hashtag and hears from the bot', async () => {
  ann = await pond.guest('Ann');
  const page = await ann.follow(instagram.link.path);
  assert.equal(page.status, 200);
  await ann.comment('#reef');
  conversation = await ann.conversation();
  const first = (await ann.messages(conversation.id)).at(-1);
  assert.equal(first.from, 'bot');
  assert.deepEqual(first.buttons.filter(b => b.is_live).map(b => b.label.split(' ')[0]).sort(), ['L', 'M', 'S']);
});

test('she picks, says where to, sees the total, and pays', async () => {
  await ann.tap(conversation.id, /^M\b/);
  await ann.say(conversation.id, {form: 'address', ...ADDRESS});
  const pay = await ann.offered(conversation.id, b => /49\.00/.test(b.label));
  await ann.say(conversation.id, {token: pay.token});
  const door = await ann.offered(conversation.id, b => b.url?.includes('/pay/test/'));
  await ann.pay(door.url);
  const [order] = await ann.paid();
  assert.equal(order.total.amount, '49.00');
  const m = (await stockOf()).find(line => line.sku === 'TIDE-M');
  assert.deepEqual([m.on_hand, m.held], [49, 0]);
});

test('the confirmation comes in the chat and by mail, whose link makes her a member with all her history', async () => {
  await until(() => ann.messages(conversation.id), list => list.some(m => m.from === 'bot' && /paid|thank/i.test(m.text)));
  const mail = await pond.smtp.waitFor(m => m.to.includes(ADDRESS.email));
  const [, path] = mail.text.match(/(\/welcome\/[^\s]+)/);
  const opened = await ann.browser.get(path);
  assert.equal(opened.status, 200);
  const fields = Object.fromEntries([...opened.text.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, n, v]) => [n, v]));
  await ann.browser.post(path, fields);
  ann.token = null; // her old session ended; the browser's cookie is the new one
  const me = await ann.api('GET', '/api/v1/me');
  assert.equal(me.is_guest, false);
  assert.equal((await ann.orders()).length, 1);
});

test('the merchant sees the order and that instagram brought it; the ledger balances', async () => {
  const {items} = await pond.console('GET', '/orders');
  assert.equal(items.length, 1);
  assert.equal(items[0].pool?.key ?? items[0].pool, 'instagram');
  const pools = await pond.console('GET', '/pools');
  const row = pools.items.find(p => p.key === 'instagram');
  assert.equal(row.orders, 1);
  assert.equal(row.paid.amount, '49.00');
  assert.equal(pools.sum.paid.amount, '49.00');
});

test('the second time takes two taps: address and payment are remembered', async () => {
  await ann.comment('once more #reef');
  await ann.tap(conversation.id, /^S\b/);
  const pay = await ann.offered(conversation.id, b => /49\.00/.test(b.label));
  await ann.say(conversation.id, {token: pay.token});
  await until(ann.orders, list => list.filter(o => o.payment === 'paid').length === 2);
});

test('a friend over her share link is credited to her and to the pool', async () => {
  const me = await ann.api('GET', '/api/v1/me');
  const share = await ann.browser.get(`/post/${pond.post.id}/share`, {follow: true});
  const [, path] = share.text.match(/(\/post\/[^"<\s]*via=[^"<\s]+)/);
  const friend = await pond.guest('Bo');
  assert.equal((await friend.follow(path.replaceAll('&amp;', '&'))).status, 200);
  await friend.comment('nice');
  const {items} = await until(() => pond.console('GET', `/pools/${instagram.id}/visits`), list => list.items.length === 2);
  assert.deepEqual(items.map(visit => visit.shared_by), [me.id, null]);
  assert.deepEqual(
    items.map(visit => visit.landing),
    [`/post/${pond.post.id}`, `/post/${pond.post.id}`],
    'where the link led, not the link',
  );
  const seen = await until(() => pond.server.client().get(`/console/reef/pools/${instagram.id}/visits`,
    {headers: {cookie: `mp=${pond.merchantToken}`}}), page => page.text.includes('<strong>Bo</strong>'));
  assert.equal(seen.status, 200);
});

test('verify finds nothing wrong', async () => {
  await pond.server.stop();
  const verified = await pond.verify();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  await pond.restart();
  await ok(pond.server.client().api('GET', '/healthz'));
});
