// The sample pages of web/gallery in a real browser, served with the product's content policy: they fit their
// width, say what they are to assistive technology, and app.js behaves when the server answers, refuses, or is gone.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import {readFile, readdir} from 'node:fs/promises';
import http from 'node:http';
import {extname, join, normalize} from 'node:path';
import {after, before, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {browser, seriousFindings} from '../lib/browser.mjs';

const root = fileURLToPath(new URL('../../web/', import.meta.url));
const types = {'.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml'};
const policy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:";
const posts = [];
let answer = () => 204;
let server, chromium, base;

async function serve(request, response) {
  const path = new URL(request.url, 'http://x').pathname;
  if (request.method === 'POST') {
    let body = '';
    for await (const part of request) body += part;
    posts.push({path, fields: new URLSearchParams(body)});
    response.writeHead(await answer(path)).end();
    return;
  }
  const file = await readFile(join(root, normalize(path))).catch(() => null);
  response.writeHead(file ? 200 : 404, {
    'content-type': types[extname(path)] ?? 'text/plain', 'content-security-policy': policy});
  response.end(file);
}

before(async () => {
  server = http.createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${server.address().port}/gallery/`;
  chromium = await browser();
});
after(async () => {
  await chromium.close();
  server.closeAllConnections();
  server.close();
});

async function open(name, options = {}) {
  posts.length = 0;
  answer = () => 204;
  const page = await chromium.newPage({viewport: {width: 390, height: 844}, reducedMotion: 'reduce', ...options});
  page.broken = [];
  page.on('console', message => /Content Security Policy/.test(message.text()) && page.broken.push(message.text()));
  page.on('pageerror', error => page.broken.push(String(error)));
  await page.goto(`${base}${name}.html`);
  return page;
}

// The next POST that the server sees, if `act` causes one.
async function posted(page, act) {
  const waiting = page.waitForResponse(response => response.request().method() === 'POST');
  await act();
  await waiting;
  return posts.at(-1);
}

test('every sample page fits, is accessible, and needs nothing inline', async t => {
  const names = (await readdir(join(root, 'gallery'))).filter(name => name.endsWith('.html'));
  assert.ok(names.length >= 10);
  for (const name of names) {
    for (const [width, colorScheme] of [[320, 'light'], [1280, 'dark']]) {
      await t.test(`${name} at ${width}, ${colorScheme}`, async () => {
        const page = await open(name.replace('.html', ''), {viewport: {width, height: 860}, colorScheme});
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= width, 'nothing sticks out');
        assert.deepEqual(await seriousFindings(page), []);
        assert.deepEqual(page.broken, []);
        await page.close();
      });
    }
  }
});

test('a like shows at once and stays when the server takes it', async () => {
  const page = await open('feed');
  const button = page.locator('.act.like').nth(1);
  const {path} = await posted(page, () => button.click());
  assert.equal(path, '/post/1/like');
  assert.equal(await button.getAttribute('aria-pressed'), 'true');
  assert.equal(await button.locator('.n').textContent(), '13');
  await page.close();
});

test('a like that is refused goes back', async () => {
  const page = await open('feed');
  answer = () => 503;
  const button = page.locator('.act.like').nth(1);
  await posted(page, () => button.click());
  await page.waitForFunction(() => document.querySelectorAll('.act.like')[1].getAttribute('aria-pressed') === 'false');
  assert.equal(await button.locator('.n').textContent(), '12');
  await page.close();
});

test('a message stands at once, keeps its words when it fails, and is sent again', async () => {
  const page = await open('chat-zh');
  await page.evaluate(() => { document.documentElement.dataset.wordsRetry = '再试一次'; });
  let status = 503;
  answer = () => status;
  await page.fill('.composer textarea', '有货吗');
  await posted(page, () => page.keyboard.press('Enter'));
  const last = page.locator('.thread > .msg').last();
  await page.waitForSelector('.msg[data-state="failed"]');
  assert.equal(await last.locator('.bubble').textContent(), '有货吗');
  assert.equal(await page.inputValue('.composer textarea'), '');
  status = 204;
  const again = await posted(page, () => last.getByText('再试一次').click());
  assert.equal(again.fields.get('text'), '有货吗');
  await page.waitForSelector('.msg[data-state="failed"]', {state: 'detached'});
  await page.close();
});

test('Shift and Enter makes a line, an empty message is not sent', async () => {
  const page = await open('chat-zh');
  await page.focus('.composer textarea');
  await page.keyboard.press('Enter');
  await page.keyboard.type('a');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('b');
  assert.equal(await page.inputValue('.composer textarea'), 'a\nb');
  assert.equal(posts.length, 0);
  await page.close();
});

test('a form pressed twice is sent once', async () => {
  const page = await open('product');
  const sent = await page.evaluate(() => {
    let count = 0;
    addEventListener('submit', event => {
      count += event.defaultPrevented ? 0 : 1;
      event.preventDefault();
    });
    document.querySelector('.button.primary').click();
    document.querySelector('.button.primary').click();
    return count;
  });
  assert.equal(sent, 1);
  assert.equal(await page.getAttribute('.button.primary', 'aria-busy'), 'true');
  await page.close();
});

test('quantity buttons move the number within its limits', async () => {
  const page = await open('product');
  await page.click('[data-step="-1"]');
  assert.equal(await page.inputValue('#q'), '1');
  await page.click('[data-step="1"]');
  assert.equal(await page.inputValue('#q'), '2');
  await page.close();
});

test('a hand on the page tells of the visit', async () => {
  const page = await open('product');
  const {path, fields} = await posted(page, () => page.mouse.move(100, 100));
  assert.equal(path, '/v/beacon');
  assert.equal(fields.get('visit'), 'product:7k2');
  await page.close();
});

test('chosen rows bring up what can be done with them', async () => {
  const page = await open('orders', {viewport: {width: 1280, height: 860}});
  assert.equal(await page.isVisible('[data-bulk]'), false);
  await page.check('tbody input >> nth=0');
  await page.check('tbody input >> nth=2');
  assert.equal(await page.textContent('[data-bulk-count]'), '2');
  await page.close();
});

test('light and dark change places and are remembered', async () => {
  const page = await open('today', {colorScheme: 'light'});
  await page.click('[data-theme-toggle]');
  assert.equal(await page.getAttribute('html', 'data-theme'), 'dark');
  assert.match(await page.evaluate(() => document.cookie), /theme=dark/);
  await page.close();
});

test('without script the console menu and sheets open by address, and what needs script is not shown', async () => {
  const page = await open('orders', {javaScriptEnabled: false});
  await page.click('.opener a');
  assert.ok(await page.isVisible('.rail a[href$="/settings"]'));
  await page.goto(`${base}kit.html#plain-sheet`);
  assert.ok(await page.isVisible('#plain-sheet .sheet'));
  await page.goto(`${base}product.html`);
  assert.equal(await page.isVisible('[data-step="1"]'), false);
  await page.close();
});
