// engines: sqlite postgres
// From a phone to an order in five minutes: somebody signs up, opens a shop, takes one photo, types a name and a price, and
// has a QR code. Another phone opens the code's address, comments, and buys in the chat; the order comes to the merchant's
// open page by itself, with its pool. Every tap and every typed field of hers is counted.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {browser} from '../lib/browser.mjs';
import {choice, comment, fillAddress, noFaults, phone, sendAddress, shot} from '../lib/journey.mjs';
import {photograph} from '../lib/picture.mjs';
import {newStore, runCommand, startServer} from '../lib/server.mjs';
import {mailEnv} from '../lib/seller.mjs';
import {startSmtp} from '../lib/smtp.mjs';

const began = Date.now();
let store, smtp, server, chromium, mei, bo, fields = 0;
const at = path => server.url.replace('127.0.0.1', 'localhost') + path;
const seconds = () => ((Date.now() - began) / 1000).toFixed(1);

before(async () => {
  smtp = await startSmtp();
  store = await newStore();
  server = await startServer({store, args: ['--rate-percent', '0'], env: mailEnv(smtp)});
  chromium = await browser();
  mei = await phone(chromium);
  bo = await phone(chromium);
});
after(async () => {
  await chromium?.close();
  await server?.stop();
  await smtp?.stop();
  store?.remove();
});

async function type(name, text) {
  fields++;
  await mei.page.fill(`main [name="${name}"]`, text);
}
const press = words => mei.tap(mei.page.locator('main .button.primary', {hasText: words}));
const newest = () => mei.page.locator('#newest .row', {hasText: 'Bo'});

test('a name, an address and a password, then the name of the shop', async () => {
  await mei.page.goto(at('/signup?next=%2Fsell'));
  await type('name', 'Mei Lin');
  await type('email', 'mei@cups.example');
  await type('password', 'three cups of green tea');
  await press('Sign up');
  await mei.page.waitForURL(/\/sell$/);
  await shot(mei, 'five-1-sell');
  await type('name', 'Three Cups');
  await press('Open the shop');
  await mei.page.waitForURL(/\/console\/three-cups\/start$/);
});

test('one photo, a name, a price: a QR code', async () => {
  const camera = mei.page.locator('input[type="file"][capture]');
  mei.taps++;
  await camera.setInputFiles({name: 'cup.png', mimeType: 'image/png', buffer: photograph(640, 800)});
  await mei.page.locator('.previews img').waitFor();
  await type('title', 'Blue cup');
  await type('price', '19,50');
  await shot(mei, 'five-2-photo');
  await press('Put it on sale');
  await mei.page.waitForURL(/\/console\/three-cups\/start\/\w+$/);
  await mei.page.waitForFunction(() => document.querySelector('.qr img')?.naturalWidth > 0);
  await shot(mei, 'five-3-code');
  console.log(`# the merchant: ${mei.taps} taps, ${fields} fields, code on the screen after ${seconds()} s`);
  assert.ok(mei.taps <= 4, `${mei.taps} taps`);
  assert.ok(fields <= 6, `${fields} fields`);
});

test('another phone opens the address of the code, comments, and buys in the chat', async () => {
  await bo.page.goto(await mei.page.locator('#link-url').inputValue());
  await bo.page.waitForURL(/\/post\//);
  assert.match(await bo.page.locator('article.post').textContent(), /Blue cup.*19\.50.*#blue/s);
  await comment(bo, '#blue', 'Bo');
  await bo.page.locator('dialog.chat-sheet[open] .msg.bot').first().waitFor();
  await bo.page.locator('form#address').waitFor();
  await fillAddress(bo, {
    email: 'bo@pond.example',
    country: 'GB',
    name: 'Bo Li',
    line1: 'Mill Lane 3',
    postcode: 'CB2 1RX',
    city: 'Cambridge',
    phone: '+441223000000',
  });
  await sendAddress(bo);
  await bo.tap(await choice(bo, /Pay .*19\.50/));
  await bo.tap(await choice(bo, 'Pay now'));
  await bo.page.waitForURL(/\/pay\/test\//);
});

test('the order appears on her open page by itself, paid, with its pool', async () => {
  await newest().filter({hasText: 'not paid'}).waitFor();
  await bo.tap(bo.page.locator('button[value="pay"]'));
  await newest().filter({hasText: '19.50'}).filter({hasNotText: 'not paid'}).waitFor();
  assert.match(await newest().textContent(), /QR code/);
  await shot(mei, 'five-4-order');
  console.log(`# from signing up to a paid order: ${seconds()} s by machine; the buyer: ${bo.taps} taps`);
  assert.ok(bo.taps <= 4, `${bo.taps} taps`);
});

test('Today says what to do with it, and where it came from', async () => {
  await mei.tap(mei.page.locator('main a', {hasText: 'Today'}));
  await mei.page.locator('.need', {hasText: '1 order to send'}).waitFor();
  assert.match(await mei.page.locator('.bars li').first().textContent(), /QR code.*19\.50/s);
  await mei.page.locator('.guide', {hasText: 'deliver'}).waitFor();
  await shot(mei, 'five-5-today');
  await mei.tap(mei.page.locator('.guide button', {hasText: 'Not now'}));
  await mei.page.locator('.guide').waitFor({state: 'detached'});
});

test('the same form sent twice makes one product', async () => {
  await mei.page.goto(at('/console/three-cups/start'));
  await mei.page
    .locator('input[type="file"][capture]')
    .setInputFiles({name: 'b.png', mimeType: 'image/png', buffer: photograph(400, 500)});
  await mei.page.fill('main [name="title"]', 'Red cup');
  await mei.page.fill('main [name="price"]', '0');
  await press('Put it on sale');
  await mei.page.locator('#price-error').waitFor();
  mei.faults.length = 0;                        // the 422 of the line above
  const twice = await mei.page.evaluate(async () => {
    const form = document.querySelector('form.start'), answers = [];
    form.title.value = 'Red cup';
    form.price.value = '21.00';
    const data = new FormData(form);
    data.delete('photo');
    data.append('photo', await new Promise(done =>
      Object.assign(document.createElement('canvas'), {width: 40, height: 50}).toBlob(done)), 'c.png');
    for (let i = 0; i < 2; i++) answers.push((await fetch(form.action, {method: 'POST', body: data})).url);
    return answers;
  });
  assert.equal(twice[0], twice[1]);
  await mei.page.goto(at('/console/three-cups/products'));
  assert.equal(await mei.page.locator('#products tr', {hasText: 'Red cup'}).count(), 1);
});

test('no browser complained, and verify finds nothing wrong', async () => {
  noFaults(mei, bo);
  await chromium.close();
  await server.stop();
  const verified = await runCommand(['verify', ...store.args]);
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  server = await startServer({store, env: mailEnv(smtp)});
});
