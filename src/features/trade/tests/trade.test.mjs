// A file of customs records comes in through the console and the API: looked at, corrected, searched, taken out again.
// engines: sqlite postgres
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {browser as launch, seriousFindings} from '../../../../tests/lib/browser.mjs';
import {formFields} from '../../../../tests/lib/client.mjs';
import {mailEnv, openShop} from '../../../../tests/lib/seller.mjs';
import {startServer} from '../../../../tests/lib/server.mjs';
import {startSmtp} from '../../../../tests/lib/smtp.mjs';
import {until} from '../../../../tests/lib/wheel.mjs';

const HOME = '/console/reef/trade';
const API = '/api/v1/console/reef/trade';
// Spanish, Latin-1, semicolons, a decimal comma, and a line that is none.
const LINES = ['Fecha;Comprador;Proveedor;Partida arancelaria;Descripción;Pais de origen;Cantidad;Valor FOB USD'];
for (let i = 1; i <= 70; i++) {
  LINES.push(`${String(i % 28 + 1).padStart(2, '0')}/0${i % 9 + 1}/2025;Mercado ${i % 3} SA de CV;Loza ${i % 2} Ltd;` +
    `69072${i % 5}00;` +
    `Loseta cerámica ${i};CHINA;${i},5;1.2${String(i).padStart(2, '0')},50`);
}
LINES.push('pronto;Mercado;Loza;69072100;Loseta;CHINA;1;1');
const FILE = Buffer.from(LINES.join('\r\n'), 'latin1');

let smtp, server, owner, browser;
before(async () => {
  smtp = await startSmtp();
  server = await startServer({env: mailEnv(smtp), args: ['--rate-percent', '0']});
  ({owner} = await openShop(server, smtp));
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
  await smtp?.stop();
});

async function upload(bytes, name) {
  const page = await owner.get(`${HOME}/imports`);
  const form = new FormData();
  for (const [field, value] of Object.entries(formFields(page.text, `${HOME}/imports`))) form.append(field, value);
  form.append('file', new Blob([bytes], {type: 'text/csv'}), name);
  return owner.post(`${HOME}/imports`, form);
}
const state = path => owner.api('GET', path.replace(HOME, API)).then(answer => answer.json());
const records = query => owner.api('GET', `${API}/records?${query}`).then(answer => answer.json());

test('a file is guessed, taken in, searched by pages, taken away and taken out', async () => {
  const empty = await owner.get(HOME);
  assert.match(empty.text, /Who ships what to whom/);
  const sent = await upload(FILE, 'mexico-import.csv');
  assert.equal(sent.status, 303, sent.text);
  const path = sent.location.replace(/^https?:\/\/[^/]+/, '');
  const shown = await owner.get(path);
  assert.match(shown.text, /Loseta cerámica 1</);
  const guessed = await state(path);
  assert.deepEqual(guessed.columns,
    {date: 1, importer: 2, exporter: 3, hs: 4, product: 5, origin: 6, quantity: 7, value: 8});
  const begun = await owner.post(path, {...formFields(shown.text, path), do: 'start'});
  assert.equal(begun.status, 303, begun.text);
  const done = await until(() => state(path), found => found.state === 'done');
  assert.equal(done.records, 70);
  assert.equal(done.problems, 1);

  const first = await records('q=loseta');
  assert.equal(first.items.length, 30);
  const dates = first.items.map(item => item.date);
  assert.deepEqual(dates, [...dates].sort().reverse());
  const second = await records(`q=loseta&after=${first.next}`);
  const third = await records(`q=loseta&after=${second.next}`);
  const numbers = [first, second, third].flatMap(page => page.items.map(item => item.number));
  assert.equal(new Set(numbers).size, 70);
  const one = (await records('q=loseta%2070')).items[0];
  assert.deepEqual([one.quantity, one.value, one.currency, one.origin], ['70.5', '1270.5', 'USD', 'CN']);
  assert.equal((await records('country=China&hs=690721')).items.length, 14);
  assert.equal((await records('from=2025-03&to=2025-03')).items.length, 8);

  const company = one.importer.company;
  const page = await owner.get(`${HOME}/companies/${company}`);
  assert.match(page.text, /Loza 0 Ltd/);
  const csv = await owner.get(`${HOME}/records.csv?q=loseta`);
  assert.equal(csv.text.trim().split('\r\n').length, 71);
  assert.equal((await owner.get(`${HOME}/hs`)).status, 200);

  const again = await upload(FILE, 'again.csv');
  assert.equal(again.status, 422);
  const shownAgain = await owner.get(path);
  const removed = await owner.post(`${path}/remove`, formFields(shownAgain.text, `${path}/remove`));
  assert.equal(removed.status, 303);
  await until(() => records('q=loseta'), found => found.items.length === 0);
});

test('nobody else sees a shop\'s records', async () => {
  const stranger = server.client();
  assert.notEqual((await stranger.get(HOME)).status, 200);
  assert.notEqual((await stranger.api('GET', `${API}/records`)).status, 200);
});

test('what is no table, and what no column is chosen of, is refused in words', async () => {
  const picture = await upload(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), 'x.csv');
  assert.equal(picture.status, 422);
  assert.match(picture.text, /no table/);
  const sent = await upload(Buffer.from('a,b\n1,2\n3,4\n'), 'small.csv');
  const path = sent.location.replace(/^https?:\/\/[^/]+/, '');
  const shown = await owner.get(path);
  const refused = await owner.post(path, {...formFields(shown.text, path), do: 'start'});
  assert.equal(refused.status, 422);
  assert.match(refused.text, /at least a date/);
});

test('questions that make no sense are answered in words, long ones are cut between letters', async () => {
  const long = encodeURIComponent('漢'.repeat(150));
  for (const field of ['q', 'country', 'port']) {
    for (const path of [`${API}/records`, HOME, `${HOME}/records.csv`]) {
      assert.equal((await owner.get(`${path}?${field}=${long}`)).status, 200, `${path} ${field}`);
    }
  }
  assert.equal((await owner.get(`${API}/companies?q=${long}`)).status, 200);
  for (const query of ['hs=abc', 'after=x', 'after=1', 'after=-5-1', 'company=!!', 'from=99/99/99', 'to=soon',
    'value_from=-1', 'value_to=much']) {
    assert.equal((await owner.get(`${API}/records?${query}`)).status, 422, query);
    assert.equal((await owner.get(`${HOME}?${query}`)).status, 422, query);
  }
  assert.equal((await owner.get(`${API}/records?after=99991231-${'9'.repeat(18)}`)).status, 200);
  assert.equal((await owner.get(`${API}/imports?before=x`)).status, 422);
  assert.equal((await owner.get(`${API}/hs?code=x`)).status, 422);
  for (const path of ['companies/0000000000000', 'companies/x', 'imports/x', 'imports/0000000000001']) {
    assert.equal((await owner.get(`${API}/${path}`)).status, 404, path);
  }
});

test('another shop\'s imports are missing, and two clicks are one', async () => {
  const {owner: stranger} = await openShop(server, smtp, {handle: 'kelp', name: 'Kelp', email: 'kim@example.org'});
  const path = (await upload(FILE, 'mexico-import.csv')).location.replace(/^https?:\/\/[^/]+/, '');
  const theirs = path.replace('/reef/', '/kelp/');
  assert.equal((await stranger.get(theirs)).status, 404);
  for (const [tail, fields] of [['', {do: 'start'}], ['', {do: 'look'}], ['/remove', {}]]) {
    const own = formFields((await stranger.get('/console/kelp/trade/imports')).text, '/console/kelp/trade/imports');
    assert.equal((await stranger.post(theirs + tail, {...own, ...fields})).status, 404, tail);
  }
  const fields = formFields((await owner.get(path)).text, path);
  const wrong = await owner.post(path, {...fields, do: 'start', date: '300'});
  assert.equal(wrong.status, 422, wrong.text);
  const money = await owner.post(path, {...fields, do: 'start', money: 'ZZZ'});
  assert.equal(money.status, 422, money.text);
  const starts = await Promise.all([1, 2, 3].map(() => owner.post(path, {...fields, do: 'start'})));
  assert.deepEqual(starts.map(answer => answer.status), [303, 303, 303]);
  const done = await until(() => state(path), found => found.state === 'done');
  assert.equal(done.records, 70);
  const late = await owner.post(path, {...fields, do: 'start'});
  assert.equal(late.status, 303, late.text);
  const removals = await Promise.all([1, 2, 3].map(() => owner.post(`${path}/remove`, fields)));
  assert.ok(removals.every(answer => [303, 404].includes(answer.status)), removals.map(answer => answer.status).join());
  await until(() => records('q=loseta'), found => found.items.length === 0);
});

test('the pages have no serious finding', async () => {
  const context = await browser.newContext();
  await context.addCookies([...owner.cookies].map(([name, value]) => ({name, value, url: server.url})));
  const page = await context.newPage();
  for (const path of [HOME, `${HOME}/imports`, `${HOME}/hs`]) {
    await page.goto(server.url + path);
    assert.deepEqual(await seriousFindings(page), [], path);
  }
  await context.close();
});
