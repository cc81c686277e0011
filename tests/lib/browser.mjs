// Debian's Chromium through playwright-core: `const b = await browser(); const page = await b.newPage();`
// Without its windows, where that package is installed: a third less work for the same pages.
import {existsSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {chromium} from 'playwright-core';

const PROGRAMS = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];
const executablePath = process.env.MILLPOND_CHROMIUM ?? PROGRAMS.find(existsSync) ?? PROGRAMS[0];

export async function browser() {
  if (!existsSync(executablePath)) throw new Error(`no browser at ${executablePath}; run scripts/setup-test.sh`);
  return chromium.launch({executablePath, headless: true, args: ['--headless', '--no-sandbox', '--disable-gpu',
    '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']});
}

// Runs axe on the page: the findings that are serious or critical, each as one line of text. The source
// is evaluated, not added as a script, because the pages' Content-Security-Policy refuses the latter.
export async function seriousFindings(page, options = {}) {
  if (!await page.evaluate(() => 'axe' in globalThis)) {
    await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  }
  const {violations} = await page.evaluate(given =>
    globalThis.axe.run(document, {resultTypes: ['violations'], ...given}), options);
  return violations.filter(found => ['serious', 'critical'].includes(found.impact)).map(found =>
    `${found.id}: ${found.help}: ${found.nodes.map(node => node.target.join(' ')).join(', ')}`);
}

// Only what another theme can change.
export const contrastFindings = page => seriousFindings(page, {runOnly: {type: 'rule', values: ['color-contrast']}});
