// engines: sqlite postgres
// One turn of the wheel in a real browser, on a phone: from the tracked link to the friend's visit, taps counted, with
// the merchant's console open beside it.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {browser} from '../lib/browser.mjs';
import {
  arrive, choice, comment, desk, fillAddress, inTime, noFaults, phone, reloaded, sendAddress, shot, site,
} from '../lib/journey.mjs';
import {ADDRESS, openPond} from '../lib/wheel.mjs';

let pond, instagram, chromium, ann, mara, bo;
const seen = [];                                // the pages Ann was on before she had paid

before(async () => {
  pond = await openPond();
  instagram = await pond.pool('Instagram');
  chromium = await browser();
  mara = await desk(chromium, pond);
  ann = await phone(chromium);
  ann.page.on('framenavigated', frame => seen.push(new URL(frame.url()).pathname));
});
after(async () => {
  await chromium?.close();
  await pond?.close();
});

const stockOf = async sku =>
  (await pond.console('GET', `/products/${pond.product.id}/stock`)).items.find(l => l.sku === sku);
const newest = () => mara.page.locator('#newest .row', {hasText: 'Ann'});

test('over the link of a pool to the post, and a comment with nothing but a name', async () => {
  await arrive(ann, pond, instagram);
  assert.equal(new URL(ann.page.url()).pathname, `/post/${pond.post.id}`);
  await shot(ann, '1-post');
  await comment(ann, '#reef', 'Ann');
  const began = Date.now();
  await ann.page.locator('dialog.chat-sheet[open] .msg.bot').first().waitFor();
  inTime(began, 1000, 'comment to message of the bot');
  await shot(ann, '2-sheet');
});

test('two taps and an address to the total, two more to paid; the console tells it by itself', async () => {
  await ann.tap(await choice(ann, /^M\b/));
  await ann.page.locator('form#address').waitFor();
  await shot(ann, '3-address');
  await fillAddress(ann);
  await sendAddress(ann);
  const pay = await choice(ann, /Pay .*49/);
  await shot(ann, '4-summary');
  await ann.tap(pay);
  await ann.tap(await choice(ann, 'Pay now'));
  await ann.page.waitForURL(/\/pay\/test\//);
  await shot(ann, '5-bank');
  assert.deepEqual(seen.filter(path => /signup|login/.test(path)), []);
  await newest().filter({hasText: 'not paid'}).waitFor();
  const began = Date.now();
  await Promise.all([
    ann.tap(ann.page.locator('button[value="pay"]')),
    newest()
      .filter({hasText: '49'})
      .filter({hasNotText: 'not paid'})
      .waitFor()
      .then(() => inTime(began, 2000, 'pay to console')),
  ]);
  await ann.page.locator('.badge', {hasText: 'Paid'}).first().waitFor();
  assert.match(await newest().textContent(), /Instagram/);
  await mara.page.locator('.stat', {hasText: 'Money kept'}).filter({hasText: '49'}).first().waitFor();
  await mara.page.locator('.need', {hasText: '1 order to send'}).waitFor();
  await shot(ann, '6-paid');
  await shot(mara, '7-console');
  console.log(`# taps of the first purchase, the comment's own included: ${ann.taps}`);
  assert.ok(ann.taps <= 5, `${ann.taps} taps`);
  const {on_hand, held} = await stockOf('TIDE-M');
  assert.deepEqual([on_hand, held], [49, 0]);
});

test('the link of the mail makes her a member, with her order', async () => {
  const mail = await pond.smtp.waitFor(m => m.to.includes(ADDRESS.email) && /\/welcome\//.test(m.text));
  await ann.page.goto(mail.text.match(/http\S+\/welcome\/\S+/)[0]);
  await shot(ann, '8-welcome');
  await Promise.all([
    ann.page.waitForURL(url => !/welcome/.test(url.pathname)),
    ann.tap(ann.page.locator('main form button').first()),
  ]);
  await ann.page.goto(`${site(pond)}/me/orders`);
  assert.equal(await ann.page.locator('#orders .row').count(), 1);
  await shot(ann, '9-orders');
  await ann.page.goto(`${site(pond)}/me`);
  assert.equal(await ann.page.locator('a[href="/signup"]').count(), 0);
});

test('the second time two taps lie between the comment and paid', async () => {
  await ann.page.goto(`${site(pond)}/post/${pond.post.id}`);
  await comment(ann, 'once more #reef');
  ann.taps = 0;
  await ann.tap(await choice(ann, /^S\b/));
  await ann.tap(await choice(ann, /Pay .*49/));
  await ann.page.locator('.msg.bot', {hasText: /Paid, thank you! Order #?1002/}).waitFor();
  await shot(ann, '10-second');
  console.log(`# taps of the second purchase, after the comment: ${ann.taps}`);
  assert.ok(ann.taps <= 2, `${ann.taps} taps`);
  const {on_hand, held} = await stockOf('TIDE-S');
  assert.deepEqual([on_hand, held], [49, 0]);
});

test('a friend over her own link is credited to her and to the pool', async () => {
  await ann.page.goto(`${site(pond)}/post/${pond.post.id}`);
  await ann.tap(ann.page.locator('form[data-share-form] button'));
  await ann.page.locator('.toast').waitFor();
  const link = await ann.page.evaluate(() => navigator.clipboard.readText());
  assert.match(link, /via=/);
  bo = await phone(chromium);
  await bo.page.goto(link);
  await comment(bo, 'nice', 'Bo');
  await mara.page.goto(`${site(pond)}/console/reef/pools/${instagram.id}`);
  await shot(mara, '11-pool');
  await mara.page.goto(`${site(pond)}/console/reef/pools/${instagram.id}/visits?people=1`);
  await reloaded(mara, mara.page.locator('#visits .row', {hasText: 'shared by Ann'}));
  await shot(mara, '12-visits');
});

test('no browser complained, and verify finds nothing wrong', async () => {
  noFaults(ann, mara, bo);
  await chromium.close();
  await pond.server.stop();
  const verified = await pond.verify();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  await pond.restart();
});
