// Takes the pictures of the README from a fresh demo: node scripts/screens.mjs PROGRAM FOLDER
import {mkdirSync, writeFileSync} from 'node:fs';
import {resolve} from 'node:path';

const [program, folder] = process.argv.slice(2);
process.env.MILLPOND_BIN ??= resolve(program);
const {newStore, runCommand, startServer} = await import('../tests/lib/server.mjs');
const {browser} = await import('../tests/lib/browser.mjs');

const PHONE = {width: 390, height: 780};
const DESK = {width: 1120, height: 720};
const LIMIT = 60_000;

async function save(page, name) {
  await page.waitForLoadState('networkidle').catch(() => {});
  const session = await page.context().newCDPSession(page);
  for (let quality = 80; quality >= 20; quality -= 10) {
    const {data} = await session.send('Page.captureScreenshot', {format: 'webp', quality});
    const bytes = Buffer.from(data, 'base64');
    if (bytes.length >= LIMIT && quality > 20) continue;
    writeFileSync(resolve(folder, `${name}.webp`), bytes);
    console.log(`${name}.webp: ${bytes.length} bytes`);
    return;
  }
}

async function openPage(b, server, viewport, who, password) {
  const page = await (await b.newContext({viewport, locale: 'en-GB'})).newPage();
  if (who) {
    await page.goto(`${server.url}/login`);
    await page.fill('[name=email]', `${who}@example.com`);
    await page.fill('[name=password]', password);
    await Promise.all([page.waitForNavigation(), page.click('main form button')]);
  }
  return page;
}

mkdirSync(folder, {recursive: true});
const store = await newStore('sqlite');
const made = await runCommand(['demo', ...store.args]);
if (made.code !== 0) throw new Error(made.stderr);
const password = made.stdout.match(/password {2}(\S+)/)[1];
const server = await startServer({store});
const b = await browser();
try {
  const guest = await openPage(b, server, PHONE);
  await guest.goto(server.url);
  await save(guest, 'feed');
  const desk = await openPage(b, server, DESK);
  await desk.goto(`${server.url}/s/reef/p/reef-one-piece`);
  await save(desk, 'product');
  const shopper = await openPage(b, server, PHONE, 'ines', password);
  await shopper.goto(`${server.url}/chat`);
  await shopper.goto(server.url + await shopper.getAttribute('a[href^="/chat/0"]', 'href'));
  await save(shopper, 'chat');
  const merchant = await openPage(b, server, DESK, 'marit', password);
  await merchant.goto(`${server.url}/console/reef/pools`);
  await save(merchant, 'console');
} finally {
  await b.close();
  await server.stop();
  store.remove();
}
