// Judges pages of demo_pages.mjs in a browser: what axe finds serious, what the console complained of, what moved while
// a page loaded and was read through, whether it is wider than the screen, and how many bytes it took.
//   testPages(shopperPages, {bytesMost: 100_000});     one test per page: both sizes, light and dark, both languages
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {browser, contrastFindings, seriousFindings} from './browser.mjs';
import {LANGUAGES, SIZES, contextOf, openDemo, openEntry} from './demo_pages.mjs';

// Before anything else runs: every shift that no hand caused.
function watchShifts() {
  globalThis.__shifts = [];
  new PerformanceObserver(list => list.getEntries().filter(entry => !entry.hadRecentInput).forEach(entry =>
    globalThis.__shifts.push({value: entry.value, what: entry.sources.map(source =>
      `${source.node?.nodeName}.${source.node?.className?.baseVal ?? source.node?.className}`).join(' ')})))
    .observe({type: 'layout-shift', buffered: true});
}

// Down to the end screen by screen, so that what loads late has loaded and everything that wants to move has moved.
async function readThrough(page) {
  for (;;) {
    await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
    const isEnd = await page.evaluate(() => {
      const before = scrollY;
      scrollBy(0, innerHeight);
      return scrollY === before;
    });
    if (isEnd) break;
  }
  await page.evaluate(() => Promise.all([...document.images].filter(image => !image.complete).map(image =>
    new Promise(done => { image.onload = image.onerror = done; }))));
  await page.evaluate(() => scrollTo(0, 0));
}

// Bytes over the wire of everything but photos, since the browser was opened.
async function countBytes(page) {
  const session = await page.context().newCDPSession(page);
  const wanted = new Map();
  let bytes = 0;
  await session.send('Network.enable');
  session.on('Network.requestWillBeSent', ({requestId, request}) => {
    wanted.set(requestId, !/\/m\//.test(new URL(request.url).pathname));
  });
  session.on('Network.loadingFinished', ({requestId, encodedDataLength}) => {
    if (wanted.get(requestId)) bytes += encodedDataLength;
  });
  return () => bytes;
}

// One look: {faults: [words], shift, bytes}. Light first, then the same page in the dark.
export async function judge(chromium, demo, entry, {size, language}) {
  const context = await contextOf(chromium, demo, entry, {size, theme: 'light', language});
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', error => faults.push(`script: ${error}`));
  page.on('console', message => {
    // The page itself may answer 404 or 422: that is what it shows.
    const isAnswer =
      /status of 4\d\d/.test(message.text()) &&
      (entry.status || entry.isRefused) &&
      message.location().url === page.url();
    if (message.type() === 'error' && !isAnswer) faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  await page.addInitScript(watchShifts);
  const bytes = await countBytes(page);
  await openEntry(page, demo, entry);
  await readThrough(page);
  const {shifts, width} = await page.evaluate(() => ({
    shifts: globalThis.__shifts,
    width: document.documentElement.scrollWidth,
  }));
  const shift = shifts.reduce((sum, {value}) => sum + value, 0);
  if (shift > 0.02)
    faults.push(
      `moved by ${shift.toFixed(3)}: ${shifts.map(({value, what}) => `${value.toFixed(3)} ${what}`).join('; ')}`,
    );
  if (width > Number(size)) faults.push(`${width} px wide`);
  faults.push(...(await seriousFindings(page)).map(found => `light: ${found}`));
  await page.emulateMedia({colorScheme: 'dark'});
  faults.push(...(await contrastFindings(page)).map(found => `dark: ${found}`));
  await context.close();
  return {faults, shift, bytes: bytes()};
}

export function testPages(pages, {bytesMost}) {
  let chromium, demo;
  before(async () => {
    demo = await openDemo({args: ['--small']});
    chromium = await browser();
  });
  after(async () => {
    await chromium?.close();
    await demo?.close();
  });
  describe('pages', {concurrency: 2}, () => {
    for (const entry of pages) test(entry.name, async t => {
      const faults = [];
      let heaviest = 0;
      for (const size of Object.keys(SIZES)) for (const language of Object.keys(LANGUAGES)) {
        const found = await judge(chromium, demo, entry, {size, language});
        faults.push(...found.faults.map(fault => `${size} ${language}: ${fault}`));
        heaviest = Math.max(heaviest, found.bytes);
      }
      t.diagnostic(`${heaviest} bytes without photos`);
      if (heaviest >= bytesMost) faults.push(`${heaviest} bytes without photos`);
      assert.deepEqual(faults, []);
    });
  });
}
