// Judges pages of demo_pages.mjs in a browser: what axe finds serious, what the console complained of, what moved while
// a page loaded and was read through, what a later piece of it would move (a table whose columns follow its rows), whether
// it is wider than the screen, whether words of a table leave their cell or an address breaks within a word, whether a form
// that was refused leads to its first wrong field, and how many bytes it took.
//   testPages({pages: shopperPages, bytesMost: 100_000});     one test per page; fill(demo) brings what the demo lacks
// Looks are a phone in Chinese, dark, and a wide screen in English, light; with MILLPOND_TEST_LOOKS=all both sizes in both
// languages, each light and dark. With MILLPOND_TEST_SLOW=1 on a slow line and a slow machine, where a page arrives in
// pieces and what comes late shows itself. MILLPOND_TEST_PAGES: a pattern; only the pages whose names fit.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {browser, contrastFindings, seriousFindings} from './browser.mjs';
import {LANGUAGES, SIZES, openDemo, openEntry, windowsOf} from './demo_pages.mjs';
import {until} from './wheel.mjs';

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
  // What is folded away (the rail on a phone) loads late or never, and a live part may have put another in its place.
  await page.waitForFunction(() =>
    [...document.images].every(image => image.complete || image.getClientRects().length === 0));
  await page.evaluate(() => scrollTo(0, 0));
}

// What does not fit a table as it stands: words beside their cell, addresses that break where nobody would break them.
function looseWords() {
  const loose = [];
  for (const cell of document.querySelectorAll('.table td, .doc-rows td')) {
    const words = cell.textContent.trim();
    if (cell.clientWidth > 0 && cell.scrollWidth > cell.clientWidth + 1) loose.push(`"${words}" does not fit its cell`);
    if (!/^\S+@\S+$/.test(words) || cell.clientWidth === 0) continue;
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), range = document.createRange();
    let bottom = null, before = '';
    for (let node; (node = walker.nextNode());) for (let i = 0; i < node.length; i++) {
      range.setStart(node, i);
      range.setEnd(node, i + 1);
      const line = range.getBoundingClientRect();
      if (line.width > 0 && bottom !== null && line.top >= bottom - 4 && !/[.@]/.test(node.data[i]) && before !== '-')
        loose.push(`"${words}" breaks before "${node.data.slice(i)}"`);
      if (line.width > 0) [bottom, before] = [line.bottom, node.data[i]];
    }
  }
  return loose;
}
const NARROWEST_TABLE = 1020; // below they are cards

// Whoever was refused stands in the first field that is wrong, and hears why.
function strayFault(named) {
  const wrong = [...document.querySelectorAll('[aria-invalid="true"]')];
  const mute = wrong.filter(field => {
    const words = document.getElementById(field.getAttribute('aria-describedby') ?? '');
    return !words || words.getClientRects().length === 0;
  });
  return [...mute.map(field => `nothing says what is wrong with ${field.name}`),
    ...(wrong.length > 0 && document.activeElement !== wrong[0] ? [`${wrong[0].name} is wrong and not led to`] : []),
    ...(named && !wrong.some(field => field.matches(named)) ? [`${named} is not said to be wrong`] : []),
    ...(wrong.length === 0 && !document.querySelector('.form-error') ? ['nothing says what is wrong'] : [])];
}

const isSlow = process.env.MILLPOND_TEST_SLOW === '1';
async function slowDown(session) {
  await session.send('Network.emulateNetworkConditions',
    {offline: false, latency: 150, downloadThroughput: 50_000, uploadThroughput: 50_000});
  await session.send('Emulation.setCPUThrottlingRate', {rate: 6});
}

// Bytes over the wire of everything but photos, as for who comes for the first time.
async function countBytes(page) {
  const session = await page.context().newCDPSession(page);
  const wanted = new Map(), known = new Set();
  let bytes = 0;
  await session.send('Network.enable');
  if (isSlow) await slowDown(session);
  await session.send('Network.setCacheDisabled', {cacheDisabled: true}); // the window has seen other pages
  session.on('Network.requestWillBeSent', ({requestId, request}) => {
    const {pathname} = new URL(request.url);
    wanted.set(requestId, !/^\/m\//.test(pathname) && !(/^\/static\//.test(pathname) && known.has(pathname)));
    known.add(pathname);
  });
  session.on('Network.loadingFinished', ({requestId, encodedDataLength}) => {
    if (wanted.get(requestId)) bytes += encodedDataLength;
  });
  return () => bytes;
}

const isAll = process.env.MILLPOND_TEST_LOOKS === 'all';
const LOOKS = isAll
  ? Object.keys(SIZES).flatMap(size => Object.keys(LANGUAGES).map(language => ({size, language, theme: 'light'})))
  : [{size: '390', language: 'zh', theme: 'dark'}, {size: '1280', language: 'en', theme: 'light'}];

// One look: {faults: [words], bytes}.
async function judge(context, demo, entry, look) {
  const page = await context.newPage();
  try {
    return await judgeOn(page, demo, entry, look);
  } finally {
    await page.close();
  }
}

async function judgeOn(page, demo, entry, {size, theme}) {
  const faults = [];
  page.on('pageerror', error => faults.push(`script: ${error}`));
  page.on('console', message => {
    // The page itself may answer 404 or 422: that is what it shows.
    const isAnswer =
      /status of [45]\d\d/.test(message.text()) &&
      (entry.status || entry.isRefused) &&
      message.location().url === page.url();
    if (message.type() === 'error' && !isAnswer) faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  await page.addInitScript(watchShifts);
  const bytes = await countBytes(page);
  await openEntry(page, demo, entry);
  if (entry.isRefused) {
    await page.waitForFunction(() => document.activeElement !== document.body, null, {timeout: 5000}).catch(() => {});
    faults.push(...(await page.evaluate(strayFault, entry.wrong)));
  }
  await readThrough(page);
  const {shifts, width, tables} = await page.evaluate(() => ({
    shifts: globalThis.__shifts,
    width: document.documentElement.scrollWidth,
    tables: [...document.querySelectorAll('table')].filter(table => table.getClientRects().length > 0)
      .filter(table => getComputedStyle(table).tableLayout !== 'fixed').map(table => table.className),
  }));
  const shift = shifts.reduce((sum, {value}) => sum + value, 0);
  if (shift > 0.02)
    faults.push(
      `moved by ${shift.toFixed(3)}: ${shifts.map(({value, what}) => `${value.toFixed(3)} ${what}`).join('; ')}`,
    );
  faults.push(...tables.map(name => `a row that comes later moves the columns of table.${name}`));
  if (width > Number(size)) faults.push(`${width} px wide`);
  faults.push(...(await page.evaluate(looseWords)));
  if (isSlow) return {faults, bytes: bytes()}; // a slow line shows what moves; what axe finds, a fast one does
  faults.push(...(await seriousFindings(page)).map(found => `${theme}: ${found}`));
  if (isAll) {
    await page.emulateMedia({colorScheme: 'dark'});
    faults.push(...(await contrastFindings(page)).map(found => `dark: ${found}`));
  }
  if (size !== '390') {
    await page.setViewportSize({...SIZES[size], width: NARROWEST_TABLE});
    faults.push(...(await page.evaluate(looseWords)).map(found => `at ${NARROWEST_TABLE} px: ${found}`));
  }
  return {faults, bytes: bytes()};
}

// One demo, one browser and, of each person in each look, one window serve all pages.
export function testPages({pages, bytesMost, fill = () => {}}) {
  let chromium, demo, windowFor;
  before(async () => {
    demo = await openDemo({args: ['--small']});
    await fill(demo);
    // What the filling set going arrives on pages that are open, and moves them: no fault of theirs.
    await until(() => demo.people.merchant.api('GET', '/healthz'), ({events_waiting}) => events_waiting === 0);
    chromium = await browser();
    windowFor = windowsOf(chromium, demo);
  });
  after(async () => {
    await chromium?.close();
    await demo?.close();
  });
  const one = entry =>
    test(entry.name, async t => {
      const faults = [];
      let heaviest = 0;
      for (const look of LOOKS) {
        const found = await judge(await windowFor(entry, look), demo, entry, look);
        faults.push(...found.faults.map(fault => `${look.size} ${look.language}: ${fault}`));
        heaviest = Math.max(heaviest, found.bytes);
      }
      t.diagnostic(`${heaviest} bytes without photos`);
      if (heaviest >= bytesMost) faults.push(`${heaviest} bytes without photos`);
      assert.deepEqual(faults, []);
    });
  describe('pages', {concurrency: 2}, () => {
    const isAsked = ({name}) => new RegExp(process.env.MILLPOND_TEST_PAGES ?? '').test(name);
    for (const entry of pages.filter(isAsked)) one(entry);
  });
}
