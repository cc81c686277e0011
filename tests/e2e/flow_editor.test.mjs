// engines: sqlite postgres
// The merchant changes what her bot asks, in the browser: a running conversation finishes on its version, the next one
// asks the new question, its answer stands on the order, and trying it orders nothing.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {browser, seriousFindings} from '../lib/browser.mjs';
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

const steps = () => mara.page.locator('.steps .step h3').allTextContents();
const card = name => mara.page.locator('.steps .step', {has: mara.page.locator('h3', {hasText: name})});
const OWN = 'Your question';                    // how its card is headed
const press = locator => Promise.all([mara.page.waitForEvent('load'), locator.click()]);
// With script the page stays: what was there goes when the answer has come.
async function change(locator) {
  const old = await mara.page.locator('#flow').elementHandle();
  await locator.click();
  await mara.page.waitForFunction(element => !element.isConnected, old);
}
const asks = (one, chat, words) =>
  until(() => one.messages(chat.id), list => list.some(m => m.text.includes(words)));

async function payFor(one, chat) {
  await one.tap(chat.id, /^Pay .*49/);
  const door = await one.offered(chat.id, b => b.url?.includes('/pay/test/'));
  await one.pay(door.url);
  return (await one.paid())[0];
}

test('a question is refused in words beside its field, then added', async () => {
  await mara.page.goto(editor);
  assert.match(await mara.page.textContent('.flow-state'), /Version 1 is live/);
  await change(mara.page.locator('button[name="kind"][value="question"]'));
  assert.equal(await mara.page.textContent('#add-en-error'), 'Please write the question.');
  assert.ok(await mara.page.locator('#add-en').evaluate(field => field === document.activeElement));
  mara.faults.splice(0);                        // the refusal's own 422
  await mara.page.fill('#add-en', QUESTION);
  await change(mara.page.locator('button[name="kind"][value="question"]'));
  assert.deepEqual(await steps(), ['Product', 'Size, colour and so on', OWN, 'Address and e-mail',
    'Summary with the pay button', 'Payment']);
  assert.equal(await card(OWN).locator('.bubble').textContent(), QUESTION);
  assert.match(await mara.page.textContent('.flow-state'), /1 change is not published. Customers still get version 1/);
});

test('steps are dragged, moved by keys and by buttons', async () => {
  await card(OWN).evaluate(one => one.scrollIntoView({block: 'center'}));
  const grip = await card(OWN).locator('[data-grip]').boundingBox();
  const above = await card('Size, colour').boundingBox();
  await mara.page.mouse.move(grip.x + 20, grip.y + 20);
  await mara.page.mouse.down();
  await mara.page.mouse.move(grip.x + 20, above.y + 60, {steps: 8});
  await mara.page.mouse.move(grip.x + 20, above.y + 8, {steps: 8});
  await shot(mara, 'editor-0-drag');
  const old = await mara.page.locator('#flow').elementHandle();
  await mara.page.mouse.up();
  await mara.page.waitForFunction(element => !element.isConnected, old);
  assert.deepEqual((await steps()).slice(0, 3), ['Product', OWN, 'Size, colour and so on']);
  await mara.page.keyboard.press('ArrowDown');  // the grip still has the keyboard
  await mara.page.waitForFunction(name => document.querySelectorAll('.steps .step h3')[2].textContent === name, OWN);
  await change(card(OWN).locator('button[value="up"]'));
  assert.deepEqual((await steps()).slice(0, 3), ['Product', OWN, 'Size, colour and so on']);
  assert.ok(await card('Size, colour').locator('button[value="up"]').isEnabled());
  assert.ok(await card('Product').locator('button[value="up"]').isDisabled());
  await shot(mara, 'editor-1-draft');
  assert.deepEqual(await seriousFindings(mara.page), []);
});

test('what is pressed while an answer is on its way is done after it', async () => {
  const {page} = mara;
  const before_ = await steps();
  let go;
  const gone = new Promise(done => { go = done; });
  await page.route('**/steps/*', route => gone.then(() => route.continue()), {times: 1});
  const answers = [];
  const both = new Promise(done => page.on('response', function count(answer) {
    if (answer.request().method() !== 'POST' || answers.push(answer.status()) < 2) return;
    page.off('response', count);
    done();
  }));
  await card(OWN).locator('button[value="down"]').click();
  await card(OWN).locator('button[value="up"]').click();
  go();
  await both;
  await page.waitForFunction(names =>
    JSON.stringify([...document.querySelectorAll('.steps .step h3')].map(h3 => h3.textContent)) === names,
  JSON.stringify(before_));
  assert.deepEqual(answers.map(status => status < 400), [true, true]);
});

test('what another editor changed meanwhile is not published unseen', async () => {
  const other = await mara.context.newPage();
  await other.goto(editor);
  await other.locator('button[name="kind"][value="quantity"]').click();
  await other.locator('.steps .step', {hasText: 'How many'}).waitFor();
  await change(mara.page.locator('form[action$="/publish"] button'));
  assert.match(await mara.page.textContent('.form-error'), /Somebody changed the steps/);
  mara.faults.splice(0);                        // the refusal's own 409
  await change(card('How many').locator('button[value="remove"]'));
  await other.close();
});

test('it is published, twice pressed or not', async () => {
  const {revision} = await pond.merchant('GET', `/api/v1/shops/reef/flows/${pond.flow.id}`);
  await change(mara.page.locator('form[action$="/publish"] button'));
  assert.match(await mara.page.textContent('.flow-state'), /Version 2 is live/);
  const again = await pond.merchant('POST', `/api/v1/shops/reef/flows/${pond.flow.id}/publish`, {revision});
  assert.equal(again.live_version, 2);
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
  await mara.page.goto(editor);
  await press(mara.page.locator('form[action$="/try/again"] button'));
  const button = label => mara.page.locator('.phone .choice', {hasText: label}).last();
  if (await button(/^Tide/).count() > 0) await change(button(/^Tide/));
  await mara.page.fill('.phone textarea', 'For nobody');
  await change(mara.page.locator('.phone .composer button'));
  await change(button(/^L\b/));
  await change(mara.page.locator('button[name="sample"]'));
  await shot(mara, 'editor-3-try');
  await change(button(/Pay/));
  const said = await mara.page.locator('.phone .msg.out').allTextContents();
  assert.deepEqual(said.slice(-4), ['For nobody', 'L', '1 Nowhere Street', 'Pay €49.00']);
  assert.match(await mara.page.textContent('.phone .thread'), /This was only a try/);
  assert.equal((await pond.console('GET', '/orders')).items.length, count);
});

test('each number of a step opens its people', async () => {
  await mara.page.goto(editor);
  await shot(mara, 'editor-4-figures');
  await press(card(OWN).locator('a[href*="what=answered"]'));
  assert.deepEqual(await mara.page.locator('#people strong').allTextContents(), ['Bo']);
  await mara.page.goto(editor);
  const answered = card('Size, colour').locator('a[href*="what=answered"]');
  assert.match(await answered.textContent(), /2/);
  await press(answered);
  assert.deepEqual((await mara.page.locator('#people strong').allTextContents()).sort(), ['Ann', 'Bo']);
  await shot(mara, 'editor-5-people');
});

test('without script the same: add, move, publish, try', async () => {
  const plain = await desk(chromium, pond, {javaScriptEnabled: false});
  const led = act => Promise.all([plain.page.waitForEvent('load'), act()]);
  await plain.page.goto(editor);
  assert.equal(await plain.page.locator('[data-grip]:visible').count(), 0);
  await plain.page.fill('#add-zh', '要留言吗？');
  await led(() => plain.page.locator('button[name="kind"][value="question"]').click());
  const mine = plain.page.locator('.steps .step', {hasText: '要留言吗'});
  await led(() => mine.locator('button[value="down"]').click());
  assert.match((await plain.page.locator('.steps .step .bubble').allTextContents())[4], /要留言吗/);
  await led(() => plain.page.locator('form[action$="/try/again"] button').click());
  assert.match(await plain.page.textContent('.flow-state, .tryout'), /You are trying the draft/);
  await plain.page.goto(editor);
  await led(() => plain.page.locator('form[action$="/publish"] button').click());
  assert.match(await plain.page.textContent('.flow-state'), /Version 3 is live/);
  noFaults(plain);
});

test('a finger drags a step on a phone', async () => {
  const hand = await desk(chromium, pond, {viewport: {width: 390, height: 844}, hasTouch: true, isMobile: true});
  await hand.page.goto(editor);
  const heads = () => hand.page.locator('.steps .step h3').allTextContents();
  const mine = hand.page.locator('.steps .step', {hasText: QUESTION});
  const was = await heads();
  await mine.evaluate(one => scrollBy(0, one.getBoundingClientRect().top - 100));
  const grip = await mine.locator('[data-grip]').boundingBox();
  const touch = await hand.context.newCDPSession(hand.page);
  const at = (type, y) =>
    touch.send('Input.dispatchTouchEvent', {type, touchPoints: type === 'touchEnd' ? [] : [{x: grip.x + 20, y}]});
  await at('touchStart', grip.y + 20);
  for (let y = grip.y + 20; y < 740; y += 20) await at('touchMove', y);
  const old = await hand.page.locator('#flow').elementHandle();
  await at('touchEnd');
  await hand.page.waitForFunction(element => !element.isConnected, old);
  const is = await heads();
  assert.notDeepEqual(is, was);
  assert.deepEqual([...is].sort(), [...was].sort());
  await pond.merchant('POST', `/api/v1/shops/reef/flows/${pond.flow.id}/discard`, {});
  noFaults(hand);
});

test('from the list of posts to the flow that the post starts', async () => {
  await mara.page.goto(`${site(pond)}/console/reef/posts`);
  await mara.page.locator(`a[href*="/flows?post=${pond.post.id}"]`).click();
  await mara.page.waitForURL(/\/flows\/\w+\?post=/);
  assert.match(await mara.page.textContent('#hashtags'), /#reef/);
});

test('no browser complained, and verify finds nothing wrong', async () => {
  noFaults(mara);
  await chromium.close();
  await pond.server.stop();
  const verified = await pond.verify();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  await pond.restart();
});
