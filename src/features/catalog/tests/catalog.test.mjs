// A merchant's first product, with and without scripts, on a phone: nothing typed is lost, and strangers see it.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {browser as launch, seriousFindings} from '../../../../tests/lib/browser.mjs';
import {mailEnv, openShop} from '../../../../tests/lib/seller.mjs';
import {startServer} from '../../../../tests/lib/server.mjs';
import {startSmtp} from '../../../../tests/lib/smtp.mjs';

let smtp, server, owner, browser;
before(async () => {
  smtp = await startSmtp();
  server = await startServer({env: mailEnv(smtp)});
  ({owner} = await openShop(server, smtp));
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
  await smtp?.stop();
});

async function pageOf(path, options = {}) {
  const context = await browser.newContext({viewport: {width: 390, height: 844}, locale: 'en', ...options});
  await context.addCookies([...owner.cookies].map(([name, value]) => ({name, value, url: server.url})));
  const page = await context.newPage();
  await page.goto(server.url + path);
  return page;
}

// What a phone would call a photo: drawn by the browser itself.
async function photo() {
  const page = await browser.newPage({viewport: {width: 320, height: 400}});
  await page.setContent('<svg width="320" height="400"><circle cx="160" cy="200" r="90" fill="teal"/></svg>');
  const bytes = await page.screenshot({type: 'jpeg'});
  await page.close();
  return {name: 'cup.jpg', mimeType: 'image/jpeg', buffer: bytes};
}

// By the keyboard, from any field.
const save = page => page.getByLabel('Title').press('Enter');

test('without scripts: a wrong form keeps what was typed, a right one makes variants and photos', async () => {
  const page = await pageOf('/console/reef/products', {javaScriptEnabled: false});
  await page.getByRole('link', {name: 'Add a product'}).first().click();
  await page.getByLabel('Title').fill('Tide one-piece');
  await page.getByLabel('Description').fill('Calm.\n\nRinse cold.');
  await page.getByLabel('Price, EUR').fill('sixty');
  await page.locator('#options > summary').click();
  await page.getByLabel('Option 1').fill('Size');
  await page.locator('[name=option1_values]').fill('S\nM');
  await save(page);
  assert.match(await page.locator('.form-error').innerText(), /zero or more/);
  assert.equal(await page.getByLabel('Title').inputValue(), 'Tide one-piece');
  await page.getByLabel('Price, EUR').fill('64.00');
  await page.locator('input[type=file]').setInputFiles(await photo());
  await save(page);
  assert.equal(await page.locator('[name=v_price]').count(), 2);
  assert.equal(await page.locator('[name=photo_id]').count(), 1);
  await page.locator('[name=v_price]').nth(1).fill('70.00');
  await page.locator('[name=v_sku]').nth(1).fill('TIDE-M');
  await save(page);
  assert.equal(await page.locator('[name=v_price]').nth(1).inputValue(), '70.00');
  assert.equal(await page.getByLabel('Description').inputValue(), 'Calm.\n\nRinse cold.');

  const front = await server.client().get('/s/reef');
  assert.match(front.text, /Tide one-piece/);
  assert.match(front.text, /from €64\.00/);
  await page.context().close();
});

test('the pages of products and settings have no serious finding and fit a phone', async () => {
  const list = await owner.get('/console/reef/products');
  const edit = list.text.match(/\/console\/reef\/products\/[0-9a-z]{13}/)[0];
  for (const path of ['/console/reef/products', '/console/reef/products/new', edit, '/console/reef/settings', '/s/reef',
    '/media', '/sell']) {
    for (const colorScheme of ['light', 'dark']) {
      const page = await pageOf(path, {colorScheme});
      assert.deepEqual(await seriousFindings(page), [], `${path} ${colorScheme}`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 390, `${path} is wider than a phone`);
      await page.context().close();
    }
  }
});
