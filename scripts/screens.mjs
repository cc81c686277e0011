// Takes the pictures of docs/screens from a fresh demo: node scripts/screens.mjs PROGRAM FOLDER [PART OF A PAGE'S NAME...]
// Every page of tests/lib/demo_pages.mjs at two sizes, light and dark, in both languages, and a README that shows them;
// besides, larger, the pictures of the README of the house.
import {mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';

const [program, folder, ...parts] = process.argv.slice(2);
process.env.MILLPOND_BIN ??= resolve(program);

// System fonts of a machine that has Noto, whatever else this one has.
const fonts = mkdtempSync(join(tmpdir(), 'millpond-fonts-'));
writeFileSync(join(fonts, 'fonts.conf'), `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  ${[['sans-serif', 'Noto Sans CJK SC'], ['system-ui', 'Noto Sans CJK SC'], ['serif', 'Noto Serif CJK SC']]
    .map(([name, font]) => `<match target="pattern"><test name="family"><string>${name}</string></test>
  <edit name="family" mode="prepend" binding="strong"><string>${font}</string></edit></match>`).join('\n')}</fontconfig>`);
process.env.FONTCONFIG_FILE = join(fonts, 'fonts.conf');

const {browser} = await import('../tests/lib/browser.mjs');
const {LANGUAGES, SIZES, THEMES, contextOf, openDemo, openEntry, shopperPages, windowsOf} =
  await import('../tests/lib/demo_pages.mjs');
const {consolePages, fillConsole} = await import('../tests/lib/console_pages.mjs');

const SCREENS_HIGH = 2;
const LIMITS = {390: 8_500, 1280: 10_000};
const README_PICTURES = [
  {file: 'feed', name: 'feed', viewport: {width: 390, height: 780}},
  {file: 'product', name: 'product', viewport: {width: 1120, height: 720}},
  {file: 'chat', name: 'chat', viewport: {width: 390, height: 780}},
  {file: 'console', name: 'console-pools', viewport: {width: 1120, height: 720}},
  {file: 'ladder', name: 'product-ladder', viewport: {width: 1120, height: 720}},
  {file: 'quotation', name: 'quote', viewport: {width: 390, height: 780}},
  {file: 'proforma', name: 'quote-proforma', viewport: {width: 390, height: 780}},
];

// As WebP of at most `limit` bytes: of less quality, then smaller, as long as it is more. What one look of a page needed
// (kept by `kind`) is where its others begin.
const TRIES = [[1, 60], [1, 40], [0.75, 50], [0.75, 30], [0.5, 50], [0.5, 25]];
const needed = new Map();
async function save(page, file, {limit, clip, kind}) {
  // Photos that lie in the picture; one that does not come does not hold up the others.
  await page.waitForFunction(() => [...document.images].every(image => {
    const {top, left} = image.getBoundingClientRect();
    return image.complete || top >= innerHeight || left >= innerWidth;
  }), null, {timeout: 5000}).catch(() => {});
  const session = await page.context().newCDPSession(page);
  for (let at = needed.get(kind) ?? 0; at < TRIES.length; at++) {
    const [scale, quality] = TRIES[at];
    const {data} = await session.send('Page.captureScreenshot',
      {format: 'webp', quality, ...(clip && {clip: {...clip, scale}})});
    const bytes = Buffer.from(data, 'base64');
    if (bytes.length > limit && at + 1 < TRIES.length) continue;
    needed.set(kind, at);
    writeFileSync(join(folder, `${file}.webp`), bytes);
    return;
  }
}

async function shoot(windowFor, demo, entry, look) {
  const page = await (await windowFor(entry, {...look, theme: 'light'})).newPage();
  await openEntry(page, demo, entry);
  const whole = await page.evaluate(() => document.documentElement.scrollHeight);
  const high = Math.min(whole, SIZES[look.size].height * SCREENS_HIGH);
  const viewport = {width: Number(look.size), height: Math.max(high, SIZES[look.size].height)};
  await page.setViewportSize(viewport);
  const y = await page.evaluate(() => scrollY); // a refused form opens where it is wrong
  for (const theme of THEMES) {
    await page.emulateMedia({colorScheme: theme});
    await save(page, [entry.name, look.size, theme, look.language].join('-'),
      {limit: LIMITS[look.size], clip: {x: 0, y, ...viewport}, kind: `${entry.name} ${look.size}`});
  }
  await page.close();
}

async function shootForReadme(chromium, demo, {file, name, viewport}) {
  const entry = [...shopperPages, ...consolePages].find(one => one.name === name);
  const context = await contextOf(chromium, demo, entry, {size: '390', theme: 'light', language: 'en'});
  const page = await context.newPage();
  await page.setViewportSize(viewport);
  await openEntry(page, demo, entry);
  await save(page, file, {limit: 60_000, kind: file});
  await context.close();
}

function writeIndex(pages) {
  const rows = pages.flatMap(({name}) => Object.keys(SIZES).map(size => `| ${name} ${size} | ${THEMES.flatMap(theme =>
    Object.keys(LANGUAGES).map(language =>
      `[${theme} ${language}](${name}-${size}-${theme}-${language}.webp)`)).join(' | ')} |`));
  writeFileSync(join(folder, 'README.md'), `# Pictures of every page

Taken from a fresh demo by \`make screens\`: 390 and 1280 px wide, light and dark, English and Chinese, at most two screens
high and small on purpose. What a shop's people wrote stays in their language. \`console-…\` is what the merchant of a busy
shop sees, \`new-…\` a shop that was opened a minute ago, \`trade…\` customs records, \`tea-…\` a Chinese shop.

| Page | | | | |
|---|---|---|---|---|
${rows.join('\n')}
`);
}

mkdirSync(folder, {recursive: true});
const pages = [...shopperPages, ...consolePages];
const isWanted = ({name}) => parts.length === 0 || parts.some(part => name.includes(part));
const wanted = pages.filter(isWanted);
const demo = await fillConsole(await openDemo());
const chromium = await browser();
try {
  if (parts.length === 0) for (const name of readdirSync(folder)) if (/\.webp$/.test(name)) rmSync(join(folder, name));
  const windowFor = windowsOf(chromium, demo);
  const looks = wanted.flatMap(entry => Object.keys(SIZES).flatMap(size =>
    Object.keys(LANGUAGES).map(language => [entry, {size, language}])));
  const worker = async () => { for (let look; (look = looks.shift());) await shoot(windowFor, demo, ...look); };
  await Promise.all([worker(), worker()]);
  for (const picture of README_PICTURES.filter(isWanted)) await shootForReadme(chromium, demo, picture);
  writeIndex(pages);
} finally {
  await chromium.close();
  await demo.close();
  rmSync(fonts, {recursive: true});
}
const sizes = readdirSync(folder).filter(name => /\.webp$/.test(name)).map(name => statSync(join(folder, name)).size);
const total = sizes.reduce((sum, size) => sum + size, 0);
console.log(`${sizes.length} pictures, ${total} bytes, the largest ${Math.max(...sizes)}`);
