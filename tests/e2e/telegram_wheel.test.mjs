// engines: sqlite postgres
// One turn of the wheel over Telegram: a pool's link opens the bot, and the chat leads to a paid order of that pool, told
// there and by mail; to an account with its history, a share, and a friend. Nothing happens twice, whatever breaks.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {startTelegram} from '../lib/telegram.mjs';
import {ADDRESS, openPond, PASSWORD, until} from '../lib/wheel.mjs';

const WHERE = [ADDRESS.name, ADDRESS.line1, ADDRESS.postcode, ADDRESS.city, ADDRESS.email].join('\n');
let telegram, pond, instagram, nina, browser, conversation;

before(async () => {
  telegram = await startTelegram();
  pond = await openPond({env: {MILLPOND_TELEGRAM_API: telegram.url}});
  nina = telegram.person(501, 'Nina');
});
after(async () => {
  await pond?.close();
  await telegram?.stop();
});

const orders = async () => (await pond.console('GET', '/orders')).items;
const stockOf = async sku => {
  const line = (await pond.console('GET', `/products/${pond.product.id}/stock`)).items.find(item => item.sku === sku);
  return [line.on_hand, line.held];
};
const told = async id => (await pond.console('GET', `/conversations/${id}/messages`)).items;
const inbox = async () => (await Promise.all(['waiting', 'open', 'bot', 'done'].map(tab =>
  pond.console('GET', `/conversations?tab=${tab}`)))).flatMap(tab => tab.items);

// Telegram takes no link into this machine as a button: it stands in the text, and she opens it in her browser.
const doorIn = message => {
  const {pathname, search} = new URL(message.text.match(/https?:\/\/\S+\/pay\/test\/\S+/)[0]);
  return pathname + search;
};

async function pay(path) {
  const page = await browser.get(path);
  assert.equal(page.status, 200);
  const fields = Object.fromEntries(
    [...page.text.matchAll(/<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)].map(([, name, value]) => [
      name,
      value,
    ]),
  );
  return browser.post(path.split('?')[0], {...fields, decision: 'pay', remember: '1'});
}

// Killed when nothing is under way: what was sent and not yet noted may be sent again, and that is no fault.
async function killAndRestart(between = () => {}) {
  await until(() => told(conversation.id), list => list.every(m => m.from === 'customer' || m.delivery === 'sent'));
  const {port} = pond.server;
  await pond.server.kill9();
  await between();
  await pond.restart(port);
}

test('the shop connects its bot, and a pool\'s link leads straight into a chat with it', async () => {
  const mara = pond.server.client();
  await mara.post('/login', {email: 'mara@reef.example', password: PASSWORD});
  const page = await mara.get('/console/reef/channels');
  const csrf = page.text.match(/name="csrf" value="([^"]*)"/)?.[1] ?? '';
  const answer = await mara.post('/console/reef/channels/telegram', {csrf, token: telegram.token});
  assert.equal(answer.status, 303, answer.text);
  instagram = await pond.pool('Instagram');
  const url = `https://t.me/TestNameBot?start=${instagram.link.code}`;
  assert.deepEqual(instagram.link.chats, [{channel: 'telegram', url}]);
  assert.ok((await mara.get(`/console/reef/pools/${instagram.id}`)).text.includes(url));
});

test('the link opens the bot about the post\'s product; its start is a visit of a person', async () => {
  const first = await nina.say(`/start ${instagram.link.code}`, /Which one/);
  assert.match(first.text, /^Hi Nina!/);
  assert.match(first.text, /Tide one-piece/);
  assert.deepEqual(first.buttons.map(b => b.text), ['S', 'M', 'L']);
  const {items: [visit]} = await pond.console('GET', `/pools/${instagram.id}/visits`);
  assert.deepEqual(
    [visit.verdict, visit.landing, visit.referrer, visit.pages],
    ['intent', `/post/${pond.post.id}`, 'telegram', 1],
  );
});

test('the hashtag begins it too; she picks by a button, types where to, and sees the total', async () => {
  const again = await nina.say('#reef', /Which one/);
  assert.deepEqual(again.buttons.map(b => b.text), ['S', 'M', 'L']);
  [conversation] = await inbox();
  assert.deepEqual([conversation.name, conversation.channel, conversation.pool], ['Nina', 'telegram', 'Instagram']);
  await nina.tap(/^M$/, /Which country/);
  const ask = await nina.tap(/^Netherlands$/, /a line each/);
  assert.match(ask.text, /Name\nStreet and number\nPostcode\nTown or city\nE-mail/);
});

test('killed with kill -9 between two steps, it goes on where it stood', async () => {
  await killAndRestart(() => nina.write(WHERE)); // written while the server is down
  const summary = await nina.hears(/Total/);
  assert.match(summary.text, /Tide one-piece, M/);
  assert.match(summary.text, /Prinsengracht 12/);
  assert.ok(summary.buttons.some(b => /Pay €49\.00/.test(b.text)), JSON.stringify(summary.buttons));
});

test('she pays at the address in the text; the order is placed and paid, told in the chat and by mail', async () => {
  const door = await nina.tap(/^Pay /, /\/pay\/test\//);
  assert.deepEqual(door.buttons, []);
  browser = pond.server.client();
  await pay(doorIn(door));
  await nina.hears(/Paid, thank you! Order \d+/);
  const [order] = await orders();
  assert.deepEqual([order.payment, order.total.amount, order.pool?.key ?? order.pool], ['paid', '49.00', 'instagram']);
  assert.deepEqual(await stockOf('TIDE-M'), [49, 0]);
  const mail = await pond.smtp.waitFor(m => m.to.includes(ADDRESS.email));
  assert.match(mail.text, /49/);
});

test('the link in the mail makes her a member with all her history', async () => {
  const mail = await pond.smtp.waitFor(m => m.to.includes(ADDRESS.email));
  const [, path] = mail.text.match(/(\/welcome\/[^\s]+)/);
  const opened = await browser.get(path);
  assert.equal(opened.status, 200);
  const fields = Object.fromEntries([...opened.text.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, n, v]) => [n, v]));
  await browser.post(path, fields);
  const me = (await browser.api('GET', '/api/v1/me')).json();
  assert.deepEqual([me.is_guest, me.name], [false, 'Nina']);
  const mine = (await browser.api('GET', '/api/v1/orders')).json().items;
  assert.deepEqual(mine.map(o => o.payment), ['paid']);
});

test('everything handed out once more says, orders and counts nothing twice', async () => {
  const before = [
    await told(conversation.id),
    await orders(),
    (await pond.console('GET', `/pools/${instagram.id}/visits`)).items,
  ];
  await killAndRestart(() => telegram.repeat());
  await telegram.taken();
  const now = [
    await told(conversation.id),
    await orders(),
    (await pond.console('GET', `/pools/${instagram.id}/visits`)).items,
  ];
  const ids = lists => lists.map(list => list.map(item => item.id));
  assert.deepEqual(ids(now), ids(before));
});

test('the second time two taps are enough: who she is and how she pays is known', async () => {
  await nina.say('#reef', /Which one/);
  const summary = await nina.tap(/^S$/, /Total/);
  assert.match(summary.text, /Prinsengracht 12/);
  await nina.tap(/^Pay .*with/, /Paid, thank you! Order \d+/);
  const list = await orders();
  assert.deepEqual(list.map(o => [o.payment, o.pool?.key ?? o.pool]), [['paid', 'instagram'], ['paid', 'instagram']]);
  assert.deepEqual(await stockOf('TIDE-S'), [49, 0]);
});

test('a friend over her share link is credited to her and to the pool', async () => {
  const me = (await browser.api('GET', '/api/v1/me')).json();
  const share = await browser.get(`/post/${pond.post.id}/share`, {follow: true});
  const [, path] = share.text.match(/(\/post\/[^"<\s]*via=[^"<\s]+)/);
  const friend = await pond.guest('Bo');
  assert.equal((await friend.follow(path.replaceAll('&amp;', '&'))).status, 200);
  await friend.comment('nice');
  const {items} = await until(() => pond.console('GET', `/pools/${instagram.id}/visits`),
    list => list.items.some(visit => visit.shared_by === me.id));
  assert.equal(items.filter(visit => visit.shared_by === me.id).length, 1);
});

test('a person\'s answer typed in the inbox arrives on Telegram, and hers waits there', async () => {
  await nina.say('I want a person please', /called a person/);
  const [row] = await inbox();
  assert.deepEqual([row.id, row.channel], [conversation.id, 'telegram']);
  await pond.console(
    'POST',
    `/conversations/${row.id}/messages`,
    {text: 'Mara here. What can I do?'},
    {'idempotency-key': 'mara-1'},
  );
  await nina.hears(/^Mara here\. What can I do\?$/);
  await nina.write('Thank you, all is well');
  const list = await until(() => told(row.id), all => all[0].text === 'Thank you, all is well');
  assert.deepEqual(list.slice(0, 2).map(m => m.from), ['customer', 'staff']);
});

test('pools and orders agree to the minor unit, and verify finds nothing wrong', async () => {
  const pools = await pond.console('GET', '/pools');
  const row = pools.items.find(pool => pool.key === 'instagram');
  assert.deepEqual([row.orders, row.paid.amount, row.leads], [2, '98.00', 1]);
  assert.equal(pools.sum.paid.amount, '98.00');
  await pond.server.stop();
  const verified = await pond.verify();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  await pond.restart();
});
