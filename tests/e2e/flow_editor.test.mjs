// engines: sqlite postgres
// The merchant changes what her bot asks, in the browser: a running conversation finishes on its version, the next one
// asks the new question, its answer stands on the order, and trying it orders nothing.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {browser} from '../lib/browser.mjs';
import {desk, noFaults, shot, site} from '../lib/journey.mjs';
import {ADDRESS, openPond, until} from '../lib/wheel.mjs';

const QUESTION = 'Text to engrave';
let pond, chromium, mara, editor, ann, annChat;

before(async () => {
  pond = await openPond();
  chromium = await browser();
  mara = await desk(chromium, pond);
  editor = `${site(pond)}/console/reef/flows/${pond.flow.id}`;
  ann = await pond.guest('Ann');
  await ann.comment('#reef');
  annChat = await ann.conversation();
  await ann.tap(annChat.id, /^M\b/);
});
after(async () => {
  await chromium?.close();
  await pond?.close();
});

const steps = () => mara.page.locator('.steps .step strong').allTextContents();
const press = locator => Promise.all([mara.page.waitForEvent('load'), locator.click()]);
const asks = (one, chat, words) =>
  until(() => one.messages(chat.id), list => list.some(m => m.text.includes(words)));

async function payFor(one, chat) {
  await one.tap(chat.id, /^Pay .*49/);
  const door = await one.offered(chat.id, b => b.url?.includes('/pay/test/'));
  await one.pay(door.url);
  return (await one.paid())[0];
}

test('a question is added, moved before the size and published', async () => {
  await mara.page.goto(editor);
  await mara.page.fill('#add-en', QUESTION);
  await press(mara.page.locator('button[name="kind"][value="question"]'));
  assert.deepEqual(await steps(), ['Product', 'Size, colour and so on', QUESTION, 'Address and e-mail',
    'Summary with the pay button', 'Payment']);
  await press(mara.page.locator('.steps .step', {hasText: QUESTION}).locator('button[value="up"]'));
  assert.deepEqual((await steps()).slice(0, 3), ['Product', QUESTION, 'Size, colour and so on']);
  await shot(mara, 'editor-1-draft');
  await press(mara.page.locator('form[action$="/publish"] button'));
  assert.match(await mara.page.textContent('main'), /Published as version 2/);
});

test('the running conversation finishes on its version', async () => {
  await ann.say(annChat.id, {form: 'address', ...ADDRESS});
  await payFor(ann, annChat);
  assert.ok((await ann.messages(annChat.id)).every(m => !m.text.includes(QUESTION)));
});

test('the next one asks the question first, and the answer is on the page of the order', async () => {
  const bo = await pond.guest('Bo');
  await bo.comment('#reef');
  const chat = await bo.conversation();
  await asks(bo, chat, QUESTION);
  await bo.say(chat.id, {text: 'For Lena, 2026'});
  await bo.tap(chat.id, /^S\b/);
  await bo.say(chat.id, {form: 'address', ...ADDRESS, email: 'bo@pond.example', name: 'Bo Smit'});
  const order = await payFor(bo, chat);
  await mara.page.goto(`${site(pond)}/console/reef/orders/${order.id}`);
  const words = await mara.page.textContent('main');
  assert.match(words, /Text to engrave/);
  assert.match(words, /For Lena, 2026/);
  await shot(mara, 'editor-2-order');
});

test('"try it as a customer" orders nothing', async () => {
  const count = (await pond.console('GET', '/orders')).items.length;
  await mara.page.goto(`${editor}/try`);
  await press(mara.page.locator('form[action$="/try/again"] button'));
  const button = label => mara.page.locator('.thread .choice', {hasText: label}).last();
  if (await button(/^Tide/).count() > 0) await press(button(/^Tide/));
  await mara.page.fill('.composer textarea', 'For nobody');
  await press(mara.page.locator('.composer button'));
  await press(button(/^L\b/));
  for (const [field, value] of Object.entries(ADDRESS)) await mara.page.fill(`#try-${field}`, value);
  await press(mara.page.locator('.thread form.form button'));
  await press(button(/Pay/));
  assert.match(await mara.page.textContent('.thread'), /This was only a try/);
  await shot(mara, 'editor-3-try');
  assert.equal((await pond.console('GET', '/orders')).items.length, count);
});

test('each number of a step opens its people', async () => {
  await mara.page.goto(editor);
  const row = mara.page.locator('.steps .step', {hasText: QUESTION});
  await press(row.locator('a[href*="what=answered"]'));
  assert.deepEqual(await mara.page.locator('main .rows strong').allTextContents(), ['Bo']);
  await mara.page.goto(editor);
  const option = mara.page.locator('.steps .step', {hasText: 'Size, colour'});
  await press(option.locator('a[href*="what=answered"]'));
  assert.deepEqual((await mara.page.locator('main .rows strong').allTextContents()).sort(), ['Ann', 'Bo']);
  await shot(mara, 'editor-4-people');
});

test('no browser complained, and verify finds nothing wrong', async () => {
  noFaults(mara);
  await chromium.close();
  await pond.server.stop();
  const verified = await pond.verify();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  await pond.restart();
});
