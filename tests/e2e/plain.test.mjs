// engines: sqlite postgres
// The wheel without a line of JavaScript: forms and links only, from the tracked link to the friend's visit.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {browser} from '../lib/browser.mjs';
import {
  arrive, choice, comment, desk, fillAddress, noFaults, phone, reloaded, sendAddress, shot, site,
} from '../lib/journey.mjs';
import {ADDRESS, openPond} from '../lib/wheel.mjs';

const PLAIN = {javaScriptEnabled: false};
let pond, instagram, chromium, ann, mara, bo;

before(async () => {
  pond = await openPond();
  instagram = await pond.pool('Instagram');
  chromium = await browser();
  mara = await desk(chromium, pond, PLAIN);
  ann = await phone(chromium, PLAIN);
});
after(async () => {
  await chromium?.close();
  await pond?.close();
});

// The notice below her comment leads to the chat.
async function openChat(one) {
  const notice = one.page.locator('[data-chat-dock] a');
  await reloaded(one, notice);
  await Promise.all([one.page.waitForURL(/\/chat\//), one.tap(notice)]);
}

const stockOf = async sku =>
  (await pond.console('GET', `/products/${pond.product.id}/stock`)).items.find(l => l.sku === sku);

test('from the link of a pool by forms to a paid order', async () => {
  await arrive(ann, pond, instagram);
  await comment(ann, '#reef', 'Ann');
  await shot(ann, 'plain-1-notice');
  await openChat(ann);
  await ann.tap(await choice(ann, /^M\b/));
  await fillAddress(ann);
  await sendAddress(ann);
  await ann.tap(await choice(ann, /Pay .*49/));
  await ann.tap(await choice(ann, 'Pay now'));
  await ann.page.waitForURL(/\/pay\/test\//);
  await ann.tap(ann.page.locator('button[value="pay"]'));
  await reloaded(ann, ann.page.locator('.badge', {hasText: 'Paid'}));
  await shot(ann, 'plain-2-paid');
  const {on_hand, held} = await stockOf('TIDE-M');
  assert.deepEqual([on_hand, held], [49, 0]);
});

test('the console shows the order and the pool that brought it', async () => {
  await mara.page.goto(`${site(pond)}/console/reef`);
  const order = mara.page.locator('#newest .row', {hasText: 'Ann'});
  assert.match(await order.textContent(), /From: Instagram[^]*€49\.00/);
  await order.click();
  await mara.page.waitForURL(/\/orders\//);
  assert.match(await mara.page.textContent('main'), /Prinsengracht 12[^]*/);
  await shot(mara, 'plain-3-order');
});

test('the link of the mail makes her a member, with her order', async () => {
  const mail = await pond.smtp.waitFor(m => m.to.includes(ADDRESS.email) && /\/welcome\//.test(m.text));
  await ann.page.goto(mail.text.match(/http\S+\/welcome\/\S+/)[0]);
  await Promise.all([
    ann.page.waitForURL(url => !/welcome/.test(url.pathname)),
    ann.tap(ann.page.locator('main form button').first()),
  ]);
  await ann.page.goto(`${site(pond)}/me/orders`);
  assert.equal(await ann.page.locator('#orders .row').count(), 1);
});

test('the second time address and payment are remembered', async () => {
  await ann.page.goto(`${site(pond)}/post/${pond.post.id}`);
  await comment(ann, 'once more #reef');
  await openChat(ann);
  await ann.tap(await choice(ann, /^S\b/));
  await ann.tap(await choice(ann, /Pay .*49/));
  await reloaded(ann, ann.page.locator('.msg.bot', {hasText: /Paid, thank you! Order #?1002/}));
  const {on_hand, held} = await stockOf('TIDE-S');
  assert.deepEqual([on_hand, held], [49, 0]);
});

test('a friend over her own link is credited to her and to the pool', async () => {
  await ann.page.goto(`${site(pond)}/post/${pond.post.id}`);
  await Promise.all([ann.page.waitForURL(/\/share/), ann.tap(ann.page.locator('form[data-share-form] button'))]);
  const link = await ann.page.locator('#address').inputValue();
  assert.match(link, /via=/);
  bo = await phone(chromium, PLAIN);
  await bo.page.goto(link);
  await comment(bo, 'nice', 'Bo');
  await mara.page.goto(`${site(pond)}/console/reef/pools/${instagram.id}/visits?people=1`);
  await reloaded(mara, mara.page.locator('#visits .row', {hasText: 'shared by Ann'}));
});

test('no browser complained, and verify finds nothing wrong', async () => {
  noFaults(ann, mara, bo);
  await chromium.close();
  await pond.server.stop();
  const verified = await pond.verify();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  await pond.restart();
});
