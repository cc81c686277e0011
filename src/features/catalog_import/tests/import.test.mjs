// A catalogue comes in through the console and the API: looked at first, started, left, killed, and gone on with.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {browser as launch, seriousFindings} from '../../../../tests/lib/browser.mjs';
import {formFields} from '../../../../tests/lib/client.mjs';
import {mailEnv, openShop} from '../../../../tests/lib/seller.mjs';
import {newStore, startServer} from '../../../../tests/lib/server.mjs';
import {startSmtp} from '../../../../tests/lib/smtp.mjs';
import {until} from '../../../../tests/lib/wheel.mjs';

const HEAD = 'Handle,Title,Body (HTML),Published,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Tracker,' +
  'Variant Inventory Qty,Variant Price,Image Src,Status\r\n';
const GOOD = `${HEAD}tide,Tide,<p>Calm</p>,true,Size,S,T-S,shopify,5,49.00,,active\r\ntide,,,,,M,T-M,shopify,2,49.00,,\r\n` +
  'cup,Cup,,true,Title,Default Title,=CUP,,,nine,,active\r\n';

let smtp, store, server, owner, browser, email, password;
// Without limits: waiting asks again and again.
const start = async () => { server = await startServer({store, env: mailEnv(smtp), args: ['--rate-percent', '0']}); };
before(async () => {
  smtp = await startSmtp();
  store = await newStore();
  await start();
  ({owner, email, password} = await openShop(server, smtp));
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
  await smtp?.stop();
  store?.remove();
});

// The owner's cookies outlive a restart; the port does not.
function merchant() {
  const client = server.client();
  for (const [name, value] of owner.cookies) client.cookies.set(name, value);
  return client;
}
const own = () => ({origin: new URL(server.url).origin});

async function upload(bytes, name = 'products.csv', ...more) {
  const client = merchant();
  const page = await client.get('/console/reef/import');
  const form = new FormData();
  for (const [field, value] of Object.entries(formFields(page.text, '/console/reef/import'))) form.append(field, value);
  form.append('file', new Blob([bytes], {type: 'text/csv'}), name);
  for (const other of more) form.append('file', new Blob([other], {type: 'text/csv'}), 'more.csv');
  return client.post('/console/reef/import', form, {headers: own()});
}

async function begin(path) {
  const client = merchant();
  const page = await client.get(path);
  const started = await client.post(`${path}/start`, formFields(page.text, `${path}/start`), {headers: own()});
  assert.equal(started.status, 303);
}

const state = async path =>
  (await merchant().api('GET', path.replace('/console/reef/import', '/api/v1/console/reef/imports'))).json();
const reaches = (path, wanted) => until(() => state(path), found => found.state === wanted);

test('a file is looked at first, then goes in, and its problems can be taken away', async () => {
  const sent = await upload(GOOD);
  assert.equal(sent.status, 303);
  const checked = await reaches(sent.location, 'checked');
  assert.deepEqual([checked.created, checked.changed, checked.unchanged, checked.problem_count], [1, 0, 0, 1]);
  assert.deepEqual(checked.problems, [{line: 4, column: 'Variant Price',
    reason: '“nine” is not an amount. Please write it like 12.50.'}]);
  assert.equal((await merchant().api('GET', '/api/v1/console/reef/products')).json().items.length, 0);
  await begin(sent.location);
  await reaches(sent.location, 'done');
  assert.equal((await merchant().api('GET', '/api/v1/console/reef/products')).json().items.length, 1);
  const problems = await merchant().get(`${sent.location}/problems.csv`);
  assert.match(problems.text, /^Line,Cell,Column,What is wrong\r\n4,10,Variant Price,/);
  const changes = await merchant().get(`${sent.location}/changes.csv`);
  assert.match(changes.text, /^Line,Address,Title,Changed,Before,After\r\n2,tide,Tide,New,,\r\n/);
  const again = await merchant().post(`${sent.location}/start`, {}, {headers: own()});
  assert.ok(again.status >= 400);
});

test('what is no catalogue is answered in words, on the page', async () => {
  for (const [bytes, words] of [['', /choose a file|empty/],
    ['PK\u0003\u0004zip', /spreadsheet/],
    ['%PDF-1.7', /not a CSV/]]) {
    const answer = await upload(bytes);
    assert.equal(answer.status, 422);
    assert.match(answer.text, words);
  }
});

test('photos are fetched again only from an import of the shop', async () => {
  const answer = await merchant().post('/console/reef/import/0000000000000/photos', {}, {headers: own()});
  assert.equal(answer.status, 404);
});

test('the same over the API, at once or looked at first', async () => {
  const {token} = (await server.client().api('POST', '/api/v1/sessions', {email, password}, own())).json();
  const client = server.client({headers: {authorization: `Bearer ${token}`, accept: 'application/json'}});
  const send = async (fields, bytes = GOOD) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', new Blob([bytes], {type: 'text/csv'}), 'api.csv');
    return client.post('/api/v1/console/reef/imports', form);
  };
  const of = id => async () => (await client.api('GET', `/api/v1/console/reef/imports/${id}`)).json();
  const looked = await send({dry_run: 'true'});
  assert.equal(looked.status, 202, looked.text);
  const checked = await until(of(looked.json().id), found => found.state === 'checked');
  assert.deepEqual([checked.created, checked.unchanged], [0, 1]);
  const sent = await send({}, GOOD.replaceAll('49.00', '48.00'));
  const done = await until(of(sent.json().id), found => found.state === 'done');
  assert.deepEqual([done.created, done.changed, done.problem_count], [0, 1, 1]);
  const wrong = await send({}, 'a,b\n1,2\n');
  assert.equal(wrong.status, 422);
  assert.match(wrong.headers.get('content-type'), /problem\+json/);
});

test('what goes out comes back the same', async () => {
  const first = await merchant().get('/console/reef/products/export.csv');
  assert.equal(first.status, 200);
  const sent = await upload(first.bytes);
  const checked = await reaches(sent.location, 'checked');
  assert.deepEqual([checked.created, checked.changed, checked.unchanged, checked.problem_count], [0, 0, 1, 0]);
  await begin(sent.location);
  await reaches(sent.location, 'done');
  assert.deepEqual((await merchant().get('/console/reef/products/export.csv')).bytes, first.bytes);
});

test('the page fits a phone, tells what would change, and has no serious finding', async () => {
  const context = await browser.newContext({viewport: {width: 390, height: 844}, locale: 'en', javaScriptEnabled: true});
  await context.addCookies([...owner.cookies].map(([name, value]) => ({name, value, url: server.url})));
  const page = await context.newPage();
  await page.goto(`${server.url}/console/reef/import`);
  assert.deepEqual(await seriousFindings(page), []);
  await page.locator('input[type=file]').setInputFiles({name: 'next.csv', mimeType: 'text/csv',
    buffer: Buffer.from(GOOD.replace('49.00', '52.00'))});
  await page.getByRole('button', {name: 'Check the file'}).click();
  await page.getByRole('button', {name: 'Import now'}).waitFor();
  assert.match(await page.locator('#import').innerText(), /Price: 48\.00 → 52\.00/);
  assert.deepEqual(await seriousFindings(page), []);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await context.close();
});

// The selects of a page as a browser sends them.
function chosen(html) {
  const fields = {};
  for (const [, name, options] of html.matchAll(/<select[^>]* name="([^"]+)">([\s\S]*?)<\/select>/g)) {
    fields[name] = options.match(/<option value="([^"]*)"\s+selected/)?.[1] ?? '';
  }
  return fields;
}

test('of a table of any kind the columns are asked, guessed, and remembered', async () => {
  const TABLE = 'Bezeichnung;Preis;Artikelnummer;Notiz\nKanne;12,50;K-1;x\nBecher;3;K-2;y\n';
  const sent = await upload(TABLE, 'table.csv');
  assert.equal(sent.status, 303);
  assert.match(sent.location, /\/columns$/);
  const page = await merchant().get(sent.location);
  assert.match(page.text, /Guessed/);
  const fields = {...formFields(page.text, sent.location), ...chosen(page.text)};
  assert.deepEqual([fields.c0, fields.c1, fields.c2, fields.c3], ['title', 'price', 'sku', '']);
  const twice = await merchant().post(sent.location, {...fields, c3: 'price'}, {headers: own()});
  assert.equal(twice.status, 422);
  assert.match(twice.text, /Two columns/);
  const none = await merchant().post(sent.location, {...fields, c0: '', c2: ''}, {headers: own()});
  assert.equal(none.status, 422);
  const answered = await merchant().post(sent.location, {...fields, c3: 'vendor'}, {headers: own()});
  assert.equal(answered.status, 303);
  const checked = await reaches(answered.location, 'checked');
  assert.deepEqual([checked.created, checked.problem_count], [2, 0]);
  assert.match((await merchant().get(answered.location)).text, /Change columns/);
  await begin(answered.location);
  await reaches(answered.location, 'done');
  const out = (await merchant().get('/console/reef/products/export.csv')).text;
  assert.match(out, /kanne,Kanne,.*12\.50/);
  assert.match(out, /becher,Becher,.*3\.00/);
  const next = await upload(TABLE.replace('12,50', '13,50'), 'table.csv');
  const again = await merchant().get(next.location);
  assert.match(again.text, /has been here before/);
  assert.equal(chosen(again.text).c3, 'vendor');
  const late = await merchant().post(sent.location, fields, {headers: own()});
  assert.equal(late.status, 409);
});

test('a server that was killed goes on where the file stood', async () => {
  const many = 3000;
  let text = HEAD;
  for (let i = 0; i < many; i++) text += `gen-${i},Product ${i},,true,Title,Default Title,G-${i},shopify,3,9.00,,active\r\n`;
  const sent = await upload(text);
  await reaches(sent.location, 'checked');
  await begin(sent.location);
  await until(() => state(sent.location), found => found.created > 0);
  await server.kill9();
  await start();
  const found = await state(sent.location);
  assert.ok(['running', 'done'].includes(found.state));
  const done = await until(() => state(sent.location), now => now.state === 'done');
  assert.deepEqual([done.created, done.changed, done.unchanged, done.problem_count], [many, 0, 0, 0]);
  const lines = (await merchant().get('/console/reef/products/export.csv')).text.split('\r\n');
  assert.equal(lines.filter(line => line.startsWith('gen-')).length, many);
});
