// Chat in a browser: what one side says stands on the other's page without a reload; nothing typed is lost.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {browser as launch, seriousFindings} from '../../../../tests/lib/browser.mjs';
import {mailEnv, openShop} from '../../../../tests/lib/seller.mjs';
import {startServer} from '../../../../tests/lib/server.mjs';
import {startSmtp} from '../../../../tests/lib/smtp.mjs';

let smtp, server, owner, browser, own;

before(async () => {
  smtp = await startSmtp();
  server = await startServer({env: mailEnv(smtp)});
  own = {origin: new URL(server.url).origin};
  ({owner} = await openShop(server, smtp));
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
  await smtp?.stop();
});

// A page of the person who holds these cookies; `prepare` sees it before it opens.
async function pageOf(client, path, options = {}, prepare = async () => {}) {
  const context = await browser.newContext({viewport: {width: 390, height: 844}, locale: 'en', ...options});
  await context.addCookies([...client.cookies].map(([name, value]) => ({name, value, url: server.url})));
  const page = await context.newPage();
  await prepare(page);
  await page.goto(server.url + path);
  return page;
}

// A visitor who asked the shop something: {nina, path, id}.
async function ask(text) {
  const nina = server.client();
  const begun = await nina.post('/chat/with/reef', {text, name: 'Nina Alves', key: 'first'}, {headers: own});
  assert.equal(begun.status, 303, begun.text);
  return {nina, path: begun.location, id: begun.location.split('/')[2]};
}

const answer = (id, text) => owner.api('POST', `/api/v1/console/reef/conversations/${id}/messages`, {text}, own);

test('both sides see each other live', async () => {
  const {nina, path, id} = await ask('Is it lined?');
  const hers = await pageOf(nina, path);
  const staff = await pageOf(owner, `/console/reef/inbox/${id}`, {viewport: {width: 1280, height: 900}});
  await staff.fill('.composer textarea', 'Yes, all the way.');
  await staff.press('.composer textarea', 'Enter');
  await hers.getByText('Yes, all the way.').waitFor();
  await hers.fill('.composer textarea', 'Lovely, thank you <b>so</b> much');
  await hers.press('.composer textarea', 'Enter');
  await staff.locator('.thread').getByText('Lovely, thank you <b>so</b> much').waitFor();
  assert.equal(await staff.locator('.thread b').count(), 0);
  assert.equal(await hers.locator('.msg.out').count(), 2);
  await hers.context().close();
  await staff.context().close();
});

test('words being typed survive what arrives meanwhile', async () => {
  const {nina, path, id} = await ask('Hello');
  const hers = await pageOf(nina, path);
  await hers.fill('.composer textarea', 'I am still wri');
  assert.equal((await answer(id, 'A person is here')).status, 200);
  await hers.getByText('A person is here').waitFor();
  assert.equal(await hers.inputValue('.composer textarea'), 'I am still wri');
  await hers.context().close();
});

test('what comes between the page and its stream is not missed', async () => {
  const {nina, path, id} = await ask('Anybody there?');
  let open;
  const opened = new Promise(done => { open = done; });
  const late = page => page.route('**/live?*', route => opened.then(() => route.continue()));
  const hers = await pageOf(nina, path, {}, late);
  assert.equal((await answer(id, 'I was here before your stream')).status, 200);
  open();
  await hers.getByText('I was here before your stream').waitFor();
  await hers.context().close();
});

test('asking for a person is a tap without leaving, and reaches the inbox', async () => {
  const {nina, path, id} = await ask('Where are you?');
  const hers = await pageOf(nina, path);
  await hers.evaluate(() => { globalThis.stayed = true; });
  await hers.getByRole('button', {name: 'Talk to a person'}).click();
  await hers.getByText('A person from Reef & Salt will answer here').waitFor();
  assert.equal(await hers.evaluate(() => globalThis.stayed), true);
  const waiting = (await owner.api('GET', '/api/v1/console/reef/conversations?tab=waiting')).json().items;
  assert.ok(waiting.some(row => row.id === id));
  await hers.context().close();
});

test('one button tapped by many fingers at once is tapped once', async () => {
  const made = await owner.api(
    'POST',
    '/api/v1/console/reef/products',
    {
      title: 'Tide one-piece',
      status: 'active',
      options: ['Size'],
      variants: ['S', 'M'].map(size => ({options: [size], price: '64.00'})),
    },
    {...own, 'idempotency-key': 'tide'},
  );
  assert.equal(made.status, 201, made.text);
  const nina = server.client();
  const begun = await nina.post(
    '/chat/with/reef',
    {text: 'This one?', name: 'Nina', product: made.json().id, key: 'k'},
    {headers: own},
  );
  const path = `/api/v1/conversations/${begun.location.split('/')[2]}/messages`;
  const before = (await nina.api('GET', path)).json().items;
  const {token, label} = before[0].buttons.find(button => button.token);
  const csrf = (await nina.get(begun.location)).text.match(/name="csrf" value="([^"]*)"/)[1];
  const taps = await Promise.all(Array.from({length: 8}, () =>
    nina.post(`${begun.location}/tap`, {csrf, token}, {headers: own})));
  assert.deepEqual(taps.map(answer => answer.status), Array(8).fill(303));
  const after = (await nina.api('GET', path)).json().items;
  assert.equal(after.filter(m => m.from === 'customer' && m.text === label).length, 1);
  assert.equal(after.filter(m => m.from === 'bot').length, before.filter(m => m.from === 'bot').length + 1);
});

test('no serious finding by axe, in both themes', async () => {
  const {nina, path, id} = await ask('A question for axe');
  for (const colorScheme of ['light', 'dark']) {
    for (const [who, where, width] of [[nina, path, 390], [nina, '/chat', 390], [server.client(), '/chat/with/reef', 390],
      [owner, '/console/reef/inbox?tab=bot', 1280], [owner, `/console/reef/inbox/${id}`, 1280],
      [owner, '/console/reef/channels', 390]]) {
      const page = await pageOf(who, where, {colorScheme, viewport: {width, height: 844}});
      assert.deepEqual(await seriousFindings(page), [], `${where} ${colorScheme}`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${where} scrolls sideways`);
      await page.context().close();
    }
  }
});

test('the stream tells nobody else', async () => {
  const {id} = await ask('Private');
  const stranger = server.client();
  assert.equal((await stranger.get(`/live?topics=conversation:${id}`)).status, 404);
  assert.equal((await stranger.get('/live')).status, 303); // to log in
});
