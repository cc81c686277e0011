// Telegram end to end: against the npm double, and against a Bot API that repeats, reorders and refuses.
import assert from 'node:assert/strict';
import {createRequire} from 'node:module';
import {createServer} from 'node:net';
import {after, before, test} from 'node:test';
import {mailEnv, openShop} from '../../../../tests/lib/seller.mjs';
import {photograph} from '../../../../tests/lib/picture.mjs';
import {newStore, startServer} from '../../../../tests/lib/server.mjs';
import {startSmtp} from '../../../../tests/lib/smtp.mjs';
import {person, says, startBotApi, taps} from './bot_api.mjs';
import {until} from '../../../../tests/lib/wheel.mjs';

const TelegramServer = createRequire(import.meta.url)('telegram-test-api');

let smtp;
before(async () => { smtp = await startSmtp(); });
after(() => smtp.stop());

const own = server => ({headers: {origin: new URL(server.url).origin}});

async function connect(server, owner, token) {
  const page = await owner.get('/console/reef/channels');
  assert.equal(page.status, 200);
  const csrf = page.text.match(/name="csrf" value="([^"]*)"/)[1];
  return owner.post('/console/reef/channels/telegram', {csrf, token}, own(server));
}

// A shop with its bot connected: {server, owner, store}.
async function shopOn(apiUrl, token, store) {
  const server = await startServer({store, env: {...mailEnv(smtp), MILLPOND_TELEGRAM_API: apiUrl}});
  const {owner, email, password} = await openShop(server, smtp, {
    email: `olga${Math.random().toString(36).slice(2)}@example.org`,
  });
  const answer = await connect(server, owner, token);
  assert.equal(answer.status, 303, answer.text);
  return {server, owner, email, password};
}

async function inbox(owner, tab) {
  const answer = await owner.api('GET', `/api/v1/console/reef/conversations?tab=${tab}`);
  assert.equal(answer.status, 200, answer.text);
  return answer.json().items;
}

async function all(owner) {
  return (await Promise.all(['waiting', 'open', 'bot', 'done'].map(tab => inbox(owner, tab)))).flat();
}

async function messages(owner, id) {
  const answer = await owner.api('GET', `/api/v1/console/reef/conversations/${id}/messages`);
  assert.equal(answer.status, 200, answer.text);
  return answer.json().items.reverse();
}

const reply = (server, owner, id, text) =>
  owner.api('POST', `/api/v1/console/reef/conversations/${id}/messages`, {text}, own(server).headers);

async function freePort() {
  const probe = createServer();
  await new Promise(resolve => probe.listen(0, '127.0.0.1', resolve));
  const {port} = probe.address();
  await new Promise(resolve => probe.close(resolve));
  return port;
}

test('a conversation with the double: words in, answer out, staff answer out', async () => {
  const telegram = new TelegramServer({port: await freePort(), host: '127.0.0.1'});
  await telegram.start();
  const token = '4242:double-token';
  const {server, owner} = await shopOn(telegram.config.apiURL, token);
  try {
    const page = await owner.get('/console/reef/channels');
    assert.match(page.text, /https:\/\/t\.me\/TestNameBot/);
    assert.doesNotMatch(page.text, /double-token/);
    assert.match((await owner.get('/console/reef/channels/telegram.svg')).text, /<svg/);
    const client = telegram.getClient(token, {userId: 77, chatId: 77, firstName: 'Nina', type: 'private', timeout: 15000});
    const answered = telegram.waitBotMessage();
    await client.sendMessage(client.makeMessage('hello'));
    await answered;
    const [row] = await all(owner);
    assert.equal(row.name, 'Nina');
    assert.equal(row.channel, 'telegram');
    const spoken = telegram.waitBotMessage();
    assert.equal((await reply(server, owner, row.id, 'A person here')).status, 200);
    await spoken;
    const history = await client.getUpdatesHistory();
    assert.ok(history.some(entry => entry.message.text === 'A person here' && entry.message.chat_id === 77));
    assert.doesNotMatch(server.log(), /double-token/);
  } finally {
    await server.stop();
    await telegram.stop();
  }
});

test('a wrong token is refused with words, and stands nowhere', async () => {
  const api = await startBotApi();
  const server = await startServer({env: {...mailEnv(smtp), MILLPOND_TELEGRAM_API: api.url}});
  try {
    const {owner} = await openShop(server, smtp, {email: 'wrong@example.org'});
    const refused = await connect(server, owner, '99:wrong-token');
    assert.equal(refused.status, 403);
    assert.match(refused.text, /Telegram does not know this token/);
    assert.equal((await connect(server, owner, 'no token at all')).status, 422);
    assert.doesNotMatch(refused.text + server.log(), /wrong-token/);
    const other = await openShop(server, smtp, {email: 'other@example.org', handle: 'kiln'});
    assert.equal((await other.owner.get('/console/reef/channels')).status, 404);
  } finally {
    await server.stop();
    await api.stop();
  }
});

test('updates that come twice, late and out of order are taken once', async () => {
  const api = await startBotApi();
  const {server, owner} = await shopOn(api.url, api.token);
  const nina = person(501, 'Nina <script>'), tom = person(502, 'Tom');
  try {
    api.state.honoursOffset = false;
    api.push(says(12, nina, 'second'), says(11, nina, 'first'), says(12, nina, 'second'), says(13, tom, 'from tom'));
    await api.taken(13);
    await api.until(() => api.calls.filter(c => c.method === 'getUpdates' && c.body.offset > 13).length > 2, 'asked again');
    api.forget();
    const rows = await all(owner);
    assert.deepEqual(rows.map(row => row.name).sort(), ['Nina <script>', 'Tom']);
    const ofNina = await messages(owner, rows.find(row => row.name.startsWith('Nina')).id);
    assert.deepEqual(ofNina.filter(m => m.from === 'customer').map(m => m.text).sort(), ['first', 'second']);
    const page = await owner.get(`/console/reef/inbox?q=nina`);
    assert.doesNotMatch(page.text, /<script>/);
  } finally {
    await server.stop();
    await api.stop();
  }
});

test('what cannot be taken is passed over: foreign buttons, groups, broken updates, hostile words', async () => {
  const api = await startBotApi();
  const {server, owner} = await shopOn(api.url, api.token);
  const nina = person(601);
  try {
    api.push(taps(21, nina, 'a-token-of-somebody-else'), {update_id: 22}, {update_id: 23, message: {text: 'no one'}},
      {update_id: 24, message: {from: nina, chat: {id: -5, type: 'group'}, text: 'in a group'}},
      says(25, nina, '\u202Eover\u0007'), says(26, nina, 'x'.repeat(4096)), says(27, nina, "'; DROP TABLE message; --"));
    await api.taken(27);
    const [row] = await all(owner);
    const said = (await messages(owner, row.id)).filter(m => m.from === 'customer').map(m => m.text);
    assert.equal(said.length, 3);
    assert.equal(said[0], 'over');
    assert.equal(said[1].length, 2000);
    assert.equal(said[2], "'; DROP TABLE message; --");
    assert.ok(api.calls.some(c => c.method === 'answerCallbackQuery' && c.body.callback_query_id === 'c21'));
  } finally {
    await server.stop();
    await api.stop();
  }
});

test('killed in the middle, it goes on where it was and says nothing twice', async () => {
  const api = await startBotApi();
  const store = await newStore();
  const first = await shopOn(api.url, api.token, store);
  const nina = person(701);
  api.push(says(31, nina, 'before the cut'));
  await api.taken(31);
  const cookies = [...first.owner.cookies];
  await first.server.kill9();
  api.state.honoursOffset = false; // as if the mark had been lost on their side
  api.push(says(32, nina, 'after the cut'));
  const server = await startServer({store, env: {...mailEnv(smtp), MILLPOND_TELEGRAM_API: api.url}});
  try {
    const owner = server.client();
    for (const [name, value] of cookies) owner.cookies.set(name, value);
    await api.taken(32);
    const [row] = await all(owner);
    const said = (await messages(owner, row.id)).filter(m => m.from === 'customer').map(m => m.text);
    assert.deepEqual(said, ['before the cut', 'after the cut']);
  } finally {
    await server.stop();
    await api.stop();
    store.remove();
  }
});

test('messages leave in order, wait when told to, and a refused one is shown', async () => {
  const api = await startBotApi();
  const {server, owner} = await shopOn(api.url, api.token);
  const nina = person(801);
  try {
    api.push(says(41, nina, '[test] person'));
    await api.taken(41);
    const [row] = await all(owner);
    const before = api.messages.length;
    api.state.refusals.push({error_code: 429, description: 'Too Many Requests', parameters: {retry_after: 1}});
    await reply(server, owner, row.id, 'one');
    await reply(server, owner, row.id, 'two');
    await api.until(() => api.messages.some(m => m.text === 'two'), 'both sent');
    const mine = api.messages.slice(before).filter(m => ['one', 'two'].includes(m.text));
    assert.deepEqual(mine.map(m => m.text), ['one', 'two']);
    assert.ok(mine[1].at - mine[0].at >= 900, 'one message a second per person');
    api.state.refusals.push({error_code: 403, description: 'Forbidden: bot was blocked by the user'});
    await reply(server, owner, row.id, 'into the void');
    await api.until(() => api.state.refusals.length === 0, 'refused');
    await reply(server, owner, row.id, 'three');
    await api.until(() => api.messages.some(m => m.text === 'three'), 'the next one goes on');
    const failed = (await messages(owner, row.id)).find(m => m.text === 'into the void');
    assert.equal(failed.delivery, 'failed');
    assert.match((await owner.get(`/console/reef/inbox/${row.id}`)).text, /Send again/);
  } finally {
    await server.stop();
    await api.stop();
  }
});

test('a product is shown with its picture; where Telegram refuses it, words and a link do', async () => {
  const api = await startBotApi();
  const {server, owner, ...who} = await shopOn(api.url, api.token);
  const own = {origin: new URL(server.url).origin};
  try {
    const form = new FormData();
    form.append('photo', new Blob([photograph(900, 1200)]), 'mug.png');
    const {token} = (await server.client().api('POST', '/api/v1/sessions', who)).json();
    const uploaded = await server.client().post('/api/v1/media', form,
      {headers: {accept: 'application/json', authorization: `Bearer ${token}`}});
    assert.equal(uploaded.status, 201, uploaded.text);
    const [photo] = uploaded.json().items;
    const seen = async () => (await owner.api('GET', `/api/v1/media/${photo.id}`)).json().photo;
    const ready = await until(seen, shown => shown && shown.state !== 'waiting');
    const product = (
      await owner.api(
        'POST',
        '/api/v1/console/reef/products',
        {
          title: 'Tide mug',
          status: 'active',
          photos: [photo.id],
          options: ['Size'],
          variants: ['S', 'L'].map(size => ({sku: size, options: [size], price: '18.00'})),
        },
        {...own, 'idempotency-key': 'mug'},
      )
    ).json();
    for (const variant of product.variants) {
      await owner.api('PUT', `/api/v1/console/reef/variants/${variant.id}/stock`, {on_hand: 5}, own);
    }
    api.push(says(51, person(901), `/start p-${product.id}`));
    const shown = await api.until(() => api.messages.find(m => m.photo), 'a picture');
    assert.match(shown.caption, /Which one[\s\S]*Tide mug/);
    assert.deepEqual(shown.reply_markup.inline_keyboard.flat().map(b => b.text), ['S', 'L']);
    assert.equal(shown.chat_id, '901');
    const large = await owner.get(`/m/${photo.id}/1200.webp`);
    assert.ok(shown.photo.equals(large.bytes));
    api.state.photoRefusals.push({error_code: 400, description: 'Bad Request: IMAGE_PROCESS_FAILED'});
    api.push(says(52, person(902), `/start p-${product.id}`));
    const told = await api.until(() => api.messages.find(m => m.chat_id === 902), 'words');
    assert.match(told.text, /Tide mug\nhttp:\/\/\S+\/s\/reef\/p\/tide-mug/);
  } finally {
    await server.stop();
    await api.stop();
  }
});
