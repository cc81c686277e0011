// People with browsers for the journeys of tests/e2e: a shopper's phone, a merchant's desk. What a browser complains of
// (console errors, refusals of the content policy, scripts that throw) is kept, and so is every tap.
//   const ann = await phone(chromium);             {context, page, taps, faults, tap(locator)}
//   await ann.tap(ann.page.locator('button'));     counted; typing into fields is not
//   await arrive(ann, pond, instagram);            over the tracked link, to the post
import assert from 'node:assert/strict';
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {binary} from './server.mjs';
import {ADDRESS, PASSWORD, PHONE_AGENT} from './wheel.mjs';

const PHONE = {
  viewport: {width: 390, height: 844},
  hasTouch: true,
  isMobile: true,
  locale: 'en-GB',
  userAgent: PHONE_AGENT,
  reducedMotion: 'reduce',
  permissions: ['clipboard-read', 'clipboard-write'],
};
const DESK = {viewport: {width: 1280, height: 900}, locale: 'en-GB'};
const WAIT_MS = 20_000;

async function person(chromium, options) {
  const context = await chromium.newContext(options);
  const faults = [];
  const watch = page => {
    page.setDefaultTimeout(WAIT_MS);
    page.on('pageerror', error => faults.push(`${page.url()}: ${error}`));
    page.on('console', message => message.type() === 'error' && faults.push(`${page.url()}: ${message.text()}`));
    page.on('response', answer => answer.status() >= 400 && faults.push(`${answer.status()} ${answer.url()}`));
  };
  context.on('page', watch);
  const page = await context.newPage();
  const one = {context, page, faults, taps: 0, hasScript: options.javaScriptEnabled !== false};
  // Without script whatever is tapped leads to a page.
  one.led = act => one.hasScript ? act() : Promise.all([page.waitForEvent('load'), act()]);
  one.tap = async locator => { one.taps++; await one.led(() => options.hasTouch ? locator.tap() : locator.click()); };
  return one;
}

export const phone = (chromium, options = {}) => person(chromium, {...PHONE, ...options});

// A shopper at a desk, with a mouse.
export const wide = (chromium, options = {}) => person(chromium, {...DESK, reducedMotion: 'reduce', ...options});

// The merchant, signed in by her password.
export async function desk(chromium, pond, options = {}) {
  const one = await person(chromium, {...DESK, ...options});
  await one.page.goto(`${site(pond)}/login?next=%2Fconsole%2Freef`);
  await one.page.fill('#email', 'mara@reef.example');
  await one.page.fill('#password', PASSWORD);
  await Promise.all([one.page.waitForURL(/\/console\/reef/), one.page.click('form[action="/login"] button.primary')]);
  return one;
}

// A picture of the page for people to look at, when MILLPOND_TEST_SHOTS names a folder.
export async function shot(one, name) {
  const folder = process.env.MILLPOND_TEST_SHOTS;
  if (!folder) return;
  mkdirSync(folder, {recursive: true});
  await one.page.screenshot({path: join(folder, `${name}.png`)});
}

// What was promised in milliseconds, since `began`; programs under sanitizers have five times as long.
export function inTime(began, promised_ms, what) {
  const took = Date.now() - began;
  const limit = /asan|tsan/.test(binary) ? promised_ms * 5 : promised_ms;
  console.log(`# ${what}: ${took} ms`);
  assert.ok(took <= limit, `${what} took ${took} ms, promised ${limit}`);
}

// Browsers use the address that links and mails name: cookies of another name of this machine are not theirs.
export const site = pond => pond.server.url.replace('127.0.0.1', 'localhost');

export const arrive = (one, pond, pool) => one.page.goto(site(pond) + pool.link.path);

// From anywhere on the post's page; a guest tells her name.
export async function comment(one, text, name) {
  if (name) await one.page.fill('#name', name);
  await one.page.fill('#text', text);
  await Promise.all([one.page.waitForURL(/said=/), one.tap(one.page.locator('.comment-form button'))]);
}

export async function fillAddress(one, address = ADDRESS) {
  const form = one.page.locator('form#address');
  for (const [field, value] of Object.entries(address)) {
    const input = form.locator(`[name="${field}"]`);
    if (field === 'country') assert.equal(await input.inputValue(), value);
    else await input.fill(value);
  }
}

// Sent by the keyboard's own key, as phones do; it belongs to the typing.
export const sendAddress = one => one.led(() => one.page.locator('form#address [name="email"]').press('Enter'));

// The newest button of the bot with this label; without script the page is asked again until it is there.
export async function choice(one, label) {
  const found = one.page.locator('.choices .choice:not([disabled])', {hasText: label}).last();
  if (one.hasScript) await found.waitFor();
  else await reloaded(one, found);
  return found;
}

// Asks for the page again until it shows what is looked for.
export async function reloaded(one, locator) {
  for (const deadline = Date.now() + WAIT_MS; await locator.count() === 0;) {
    assert.ok(Date.now() < deadline, `never seen: ${locator}`);
    await one.page.reload();
  }
}

export function noFaults(...people) {
  assert.deepEqual(people.flatMap(one => one.faults), []);
}
