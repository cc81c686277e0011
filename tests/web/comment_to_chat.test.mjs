// A hashtag comment is answered where it was written: the bot's first message opens in a sheet over the post, and a
// tap there stays there. Without script a notice leads to the same chat.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {browser} from '../lib/browser.mjs';
import {mailEnv, openShop} from '../lib/seller.mjs';
import {startServer} from '../lib/server.mjs';
import {startSmtp} from '../lib/smtp.mjs';

let smtp, server, chromium, post;

async function must(answer) {
  assert.ok(answer.status < 300, answer.text);
  return answer.json();
}

before(async () => {
  smtp = await startSmtp();
  server = await startServer({env: mailEnv(smtp)});
  chromium = await browser();
  const {owner} = await openShop(server, smtp, {handle: 'reef'});
  const product = await must(await owner.api('POST', '/api/v1/console/reef/products',
    {title: 'Tide one-piece', status: 'active', options: ['Size'],
      variants: [{options: ['S'], price: '64.00'}, {options: ['M'], price: '64.00'}]}, {'idempotency-key': 'tide'}));
  let flow;                                    // the shop's own comes a moment after the shop
  for (const deadline = Date.now() + 20_000; !flow && Date.now() < deadline;) {
    flow = (await must(await owner.api('GET', '/api/v1/shops/reef/flows'))).items[0]?.id;
  }
  await must(
    await owner.api('POST', `/api/v1/shops/reef/flows/${flow}/triggers`, {hashtag: 'reef', product_id: product.id}),
  );
  post = (await must(await owner.api('POST', '/api/v1/posts',
    {shop: 'reef', text: 'Comment #reef', products: [{id: product.id}]}))).id;
});
after(async () => {
  await chromium?.close();
  await server?.stop();
  await smtp?.stop();
});

async function comment(options) {
  const context = await chromium.newContext({viewport: {width: 390, height: 844}, locale: 'en-GB', ...options});
  const page = await context.newPage();
  await page.goto(`${server.url}/post/${post}`);
  await page.fill('#name', 'Nina');
  await page.fill('#text', 'I want #reef');
  await Promise.all([page.waitForURL(/said=/), page.click('.comment-form button')]);
  return page;
}

test('the answer opens over the post, and its buttons work there', async () => {
  const page = await comment();
  const sheet = page.locator('dialog.chat-sheet[open]');
  await sheet.waitFor();
  await sheet.locator('.choice', {hasText: 'M'}).first().click();
  await sheet.locator('.choice[aria-pressed="true"]').waitFor();
  assert.match(page.url(), /\/post\//);
  await sheet.locator('.sheet-head button').click();
  assert.equal(await page.locator('dialog.chat-sheet[open]').count(), 0);
  assert.match(await page.textContent('[data-chat-dock]'), /Reef & Salt has written to you/);
  await page.click('[data-sheet]');
  await sheet.waitFor();
  await page.context().close();
});

test('without script a notice leads to the chat', async () => {
  const page = await comment({javaScriptEnabled: false});
  const notice = page.locator('[data-chat-dock] a');
  for (const deadline = Date.now() + 20_000; await notice.count() === 0 && Date.now() < deadline;) await page.reload();
  await page.goto(server.url + await notice.getAttribute('href'));
  assert.match(page.url(), /\/chat\/[0-9a-z]{13}$/);
  assert.match(await page.textContent('.thread'), /Nina/);
  await page.context().close();
});
