// Social as people see it, in Chromium: usable with assistive technology, no wider than the phone, products placed
// on a photo by tapping, likes and comments without and with script.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {browser, seriousFindings} from '../../../../tests/lib/browser.mjs';
import {mailEnv, openShop} from '../../../../tests/lib/seller.mjs';
import {startServer} from '../../../../tests/lib/server.mjs';
import {startSmtp} from '../../../../tests/lib/smtp.mjs';

let smtp, server, chromium, reef, product;
const sizes = [{width: 390, height: 844}, {width: 1280, height: 860}];

// A page of this server in a context of its own, signed in as the client given.
async function open(path, {as, viewport = sizes[0], ...options} = {}) {
  const context = await chromium.newContext({viewport, ...options});
  if (as) await context.addCookies([...as.cookies].map(([name, value]) => ({name, value, url: server.url})));
  const page = await context.newPage();
  page.on('pageerror', error => assert.fail(String(error)));
  await page.goto(server.url + path);
  return page;
}

async function publish(text) {
  const made = await reef.owner.api('POST', '/api/v1/posts', {shop: 'reef', text, products: [{id: product}]});
  assert.equal(made.status, 201, made.text);
  return made.json().id;
}

before(async () => {
  smtp = await startSmtp();
  server = await startServer({env: mailEnv(smtp)});
  chromium = await browser();
  reef = await openShop(server, smtp, {handle: 'reef'});
  const made = await reef.owner.api('POST', '/api/v1/console/reef/products',
    {title: 'Tide one-piece', status: 'active', variants: [{price: '64.00'}]}, {'idempotency-key': 'tide'});
  assert.ok(made.status < 300, made.text);
  product = made.json().id;
});
after(async () => {
  await chromium?.close();
  await server?.stop();
  await smtp?.stop();
});

test('pages fit the screen and say what they are', async () => {
  const post = await publish(`Long ${'unbreakable'.repeat(30)} #reef https://reef.example/${'a'.repeat(200)}`);
  const pages = ['/', '/explore', `/post/${post}`, '/tag/reef', '/tag/nothing', '/s/reef/posts', '/post/new',
    '/console/reef/posts', '/console/reef/posts/new', `/post/${post}/share`];
  const looks = [{viewport: sizes[0], colorScheme: 'light'}, {viewport: sizes[1], colorScheme: 'dark'}];
  for (const path of pages) for (const look of looks) {
    const page = await open(path, {as: reef.owner, ...look});
    assert.deepEqual(await seriousFindings(page), [], `${path} ${look.viewport.width} ${look.colorScheme}`);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} is too wide`);
    await page.context().close();
  }
});

test('a product is placed where the photo was tapped', async () => {
  const page = await open('/console/reef/posts/new', {as: reef.owner, viewport: sizes[1]});
  const photo = await page.screenshot({clip: {x: 0, y: 0, width: 400, height: 500}});
  await page.setInputFiles('input[type="file"]', {name: 'suit.png', mimeType: 'image/png', buffer: photo});
  await page.fill('#text', 'New colours');
  await page.check('input[name="product"]');
  const frame = page.locator('.previews .photo');
  const box = await frame.boundingBox();
  await frame.click({position: {x: box.width * 0.25, y: box.height * 0.75}});
  await page.waitForSelector('input[name="spot"]', {state: 'attached'});
  await Promise.all([page.waitForURL(/\/post\/[0-9a-z]{13}$/), page.click('.compose .button.primary')]);
  const x = parseFloat(await page.getAttribute('.dots .drop', 'cx'));
  const y = parseFloat(await page.getAttribute('.dots .drop', 'cy'));
  assert.ok(Math.abs(x - 25) < 1.5 && Math.abs(y - 75) < 1.5, `${x} ${y}`);
  await page.context().close();
});

test('a newcomer comments without script, then likes with it', async () => {
  const post = await publish('Comment #reef');
  const plain = await open(`/post/${post}`, {javaScriptEnabled: false});
  await plain.fill('#name', 'Nina');
  await plain.fill('#text', 'I want #reef');
  await plain.click('.comment-form button');
  await plain.waitForSelector('.comment');
  assert.match(await plain.textContent('.comment'), /Nina.*I want #reef/s);
  assert.equal(await plain.locator('#name').count(), 0);
  const cookies = await plain.context().cookies();
  await plain.context().close();

  const page = await open(`/post/${post}`, {as: {cookies: cookies.map(cookie => [cookie.name, cookie.value])}});
  for (const pressed of ['true', 'false', 'true']) {
    const [answer] = await Promise.all([page.waitForResponse(/\/like$/), page.click('.act.like')]);
    assert.equal(answer.status(), 204);
    assert.equal(await page.getAttribute('.act.like', 'aria-pressed'), pressed);
  }
  await page.reload();
  assert.equal(await page.getAttribute('.act.like', 'aria-pressed'), 'true');
  assert.equal(await page.textContent('.act.like .n'), '1');
  await page.context().close();
});
