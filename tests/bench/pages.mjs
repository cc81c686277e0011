// bench_pages: when the largest thing of a shopper's page is painted (LCP), 390 px wide, from a cold cache, throttled as
// Lighthouse does (slow 4G: 1.6 Mbit/s down, 750 kbit/s up, 150 ms round trip; a quarter of the processor). Prints one line
// per page and the figures as JSON.
//
//   node tests/bench/pages.mjs [rounds = 3] [names = all, with commas]
const rounds = Number(process.argv[2] ?? 3), names = process.argv[3]?.split(',');
process.env.MILLPOND_BIN ??= 'build/millpond';
const {browser} = await import('../lib/browser.mjs');
const {contextOf, openDemo, openEntry, shopperPages} = await import('../lib/demo_pages.mjs');

const LINE = {offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8};
const TARGET_MS = 1500;

function watchPaint() {
  globalThis.__lcp = 0;
  new PerformanceObserver(list => { for (const entry of list.getEntries()) [globalThis.__lcp, globalThis.__lcpWhat] =
    [entry.startTime, `${entry.element?.tagName.toLowerCase()} ${entry.url.replace(/.*\//, '')}`]; })
    .observe({type: 'largest-contentful-paint', buffered: true});
}

async function paintedAfter(chromium, demo, entry) {
  const context = await contextOf(chromium, demo, entry, {size: '390', theme: 'light', language: 'en'});
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', LINE);
  await session.send('Emulation.setCPUThrottlingRate', {rate: 4});
  await page.addInitScript(watchPaint);
  await openEntry(page, demo, entry);
  await page.waitForLoadState('networkidle', {timeout: 3000}).catch(() => {}); // a stream is never idle
  const painted = await page.evaluate(() => ({ms: globalThis.__lcp, what: globalThis.__lcpWhat}));
  await context.close();
  return painted;
}

const median = list => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];
const demo = await openDemo();
const chromium = await browser();
const figures = {};
for (const entry of shopperPages.filter(({act, name}) => !act && (names?.includes(name) ?? true))) {
  const times = [];
  let what;
  for (let i = 0; i < rounds; i++) {
    const painted = await paintedAfter(chromium, demo, entry);
    times.push(painted.ms);
    what = painted.what;
  }
  figures[entry.name] = Math.round(median(times));
  console.log(`${entry.name}: ${figures[entry.name]} ms, ${what}`);
}
await chromium.close();
await demo.close();
const late = Object.keys(figures).filter(name => figures[name] >= TARGET_MS);
console.log(
  JSON.stringify({
    bench: 'pages',
    target_ms: TARGET_MS,
    worst_ms: Math.max(...Object.values(figures)),
    late,
    lcp_ms: figures,
  }),
);
