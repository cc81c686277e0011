// What goes out as CSV: no cell of any file is one that a spreadsheet would run, many files at once are all whole, and
// what a killed server was writing does not stay behind.
import assert from 'node:assert/strict';
import {existsSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {ADDRESS, openPond, until} from '../lib/wheel.mjs';

const FORMULAS = ['=1+1', '+1+1', '-1+1', '@SUM(1)', '\t=1+1', '\r=1+1', '\n=1+1', ' =1+1', '"=1+1',
  ';=1+1', ',=1+1', '＝1+1', '＋1+1', '－1+1', '＠SUM(1)',
  '=HYPERLINK("https://evil.invalid","x")', '\'=1+1'];
let pond, mara;

before(async () => {
  pond = await openPond({stock: 5000});
  mara = pond.server.client({headers: {cookie: `mp=${pond.merchantToken}`}});
  for (const [i, text] of FORMULAS.entries()) {
    const made = await pond.server
      .client()
      .api(
        'POST',
        '/api/v1/console/reef/products',
        {
          title: text,
          vendor: text,
          kind: text,
          tags: text,
          description: text,
          status: 'active',
          options: [text],
          variants: [{sku: text, options: [text], price: '1.00'}],
        },
        {authorization: `Bearer ${pond.merchantToken}`, 'idempotency-key': `formula-${i}`},
      );
    assert.ok(made.status < 500, made.text);
    const variant = made.status === 201 ? made.json().variants[0].id : pond.product.variants[0].id;
    const {token} = (await pond.server.client().api('POST', '/api/v1/guests', {name: 'Eve'})).json();
    const who = {authorization: `Bearer ${token}`};
    const placed = await pond.server
      .client()
      .api(
        'POST',
        '/api/v1/shops/reef/orders',
        {
          lines: [{variant, quantity: 1}],
          ...ADDRESS,
          email: `eve${i}@pond.example`,
          name: text,
          line1: text,
          line2: text,
          city: text,
        },
        {...who, 'idempotency-key': `order-${i}`},
      );
    assert.ok(placed.status < 500, placed.text);
  }
  await until(() => pond.console('GET', '/customers'), list => list.items.length > 8);
});
after(() => pond?.close());

// The cells of a CSV as a spreadsheet reads them.
function cellsOf(text) {
  const cells = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(?:,|\r\n|\n|$)/g;
  for (const [, quoted, plain] of text.replace(/^\ufeff/, '').matchAll(cell)) {
    cells.push(quoted?.replaceAll('""', '"') ?? plain);
  }
  return cells;
}
const isRun = cell => /^[\s]*[=+\-@＝＋－＠]/.test(cell) && !/^-?\d+(\.\d+)?$/.test(cell);
const EXPORTS = [
  '/console/reef/orders/export.csv',
  '/console/reef/customers/export.csv',
  '/console/reef/products/export.csv',
];

test('no cell of any export is one that a spreadsheet would run', async () => {
  for (const path of EXPORTS) {
    const answer = await mara.get(path);
    assert.equal(answer.status, 200, answer.text);
    const cells = cellsOf(answer.text);
    assert.ok(cells.some(cell => cell.startsWith('\'=')), `${path}: the hostile cells are there`);
    assert.deepEqual(cells.filter(isRun), [], path);
  }
});

test('the chosen customers and the problems of an import neither', async () => {
  const {items} = await pond.console('GET', '/customers');
  const chosen = await mara.post('/console/reef/customers/many',
    new URLSearchParams([['do', 'export'], ...items.slice(0, 20).map(({id}) => ['contact', id])]));
  assert.equal(chosen.status, 200);
  assert.deepEqual(cellsOf(chosen.text).filter(isRun), []);
  const form = new FormData();
  const rows = FORMULAS.map(text => [text, text, text, text].map(cell => `"${cell.replaceAll('"', '""')}"`).join(','));
  form.append('file', new Blob([`Handle,Title,Option1 Value,Variant Price\r\n${rows.join('\r\n')}\r\n`]), '=1+1.csv');
  const sent = await mara.post('/console/reef/import', form);
  assert.equal(sent.status, 303, sent.text);
  const problems = await until(() => mara.get(`${sent.location}/problems.csv`),
    answer => answer.status === 200 && answer.text.includes('1+1'));
  assert.deepEqual(cellsOf(problems.text).filter(isRun), []);
});

test('fifty at once are whole and alike', async () => {
  for (const path of EXPORTS) {
    const one = (await mara.get(path)).text;
    const many = await Promise.all(Array.from({length: 50}, () => mara.get(path)));
    assert.deepEqual([...new Set(many.map(answer => answer.status))], [200], path);
    assert.equal(new Set([one, ...many.map(answer => answer.text)]).size, 1, path);
  }
  await until(() => readdirSync(join(pond.store.dataDir, 'exports')), files => files.length === 0);
});

test('what a killed server was writing is gone after the next start', async () => {
  const folder = join(pond.store.dataDir, 'exports');
  await pond.server.kill9();
  mkdirSync(folder, {recursive: true});
  writeFileSync(join(folder, '0123456789abc.csv'), 'ann@pond.example');
  await pond.restart();
  assert.ok(!existsSync(join(folder, '0123456789abc.csv')));
  mara = pond.server.client({headers: {cookie: `mp=${pond.merchantToken}`}});
  assert.equal((await mara.get(EXPORTS[0])).status, 200);
});
