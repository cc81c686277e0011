// Mails as a mail server gets them: headers, both parts, tries, and waiting until there is a server.
import test from 'node:test';
import assert from 'node:assert/strict';
import {newStore, startServer} from '../../../../tests/lib/server.mjs';
import {startSmtp} from '../../../../tests/lib/smtp.mjs';
import {formFields} from '../../../../tests/lib/client.mjs';

const env = (smtp, more = {}) => ({MILLPOND_SMTP_URL: smtp.url, MILLPOND_SMTP_FROM: 'pond@shop.example', ...more});
const signUp = (visitor, name, email) => visitor.post('/signup', {name, email, password: 'blue kettle moon'});
const linkIn = text => new URL(text.match(/https?:\S+\/welcome\/\S+/)[0]);

test('a letter has sender, words in both parts and a link that works', async () => {
  const smtp = await startSmtp();
  const server = await startServer({env: env(smtp)});
  const nina = server.client({headers: {'accept-language': 'zh-CN'}});
  assert.equal((await signUp(nina, '林 <b>晓</b>, "x"', 'nina@example.com')).status, 303);
  const mail = await smtp.waitFor(({to}) => to.includes('nina@example.com'));
  assert.equal(mail.from, 'pond@shop.example');
  assert.equal(mail.subject, '这是你的邮箱吗？');
  assert.match(mail.header('From'), /Millpond.*<pond@shop\.example>/);
  assert.match(mail.header('To'), /林 <b>晓<\/b>, \\?"x\\?".*<nina@example\.com>/);
  assert.match(mail.header('Message-ID'), /^<[0-9a-z]+@millpond>$/);
  assert.ok(mail.header('Date'));
  assert.match(mail.text, /林 <b>晓<\/b>/);
  assert.match(mail.html, /林 &lt;b&gt;晓&lt;\/b&gt;/);
  assert.match(mail.html, /lang="zh/);
  assert.doesNotMatch(mail.html, /style=|<script|<img/);
  assert.match(mail.raw, /^[\x00-\x7f]*$/);
  const {pathname, search} = linkIn(mail.text);
  const page = await nina.get(pathname + search);
  const done = await nina.post(pathname, formFields(page.text, pathname));
  assert.equal(done.location, '/me');
  assert.equal((await nina.api('GET', '/api/v1/me')).json().email, 'nina@example.com');
  await server.stop();
  await smtp.stop();
});

test('what no header may hold is refused before it becomes one', async () => {
  const smtp = await startSmtp();
  const server = await startServer({env: env(smtp)});
  const eve = server.client();
  assert.equal((await signUp(eve, 'Eve\r\nBcc: all@example.com', 'eve@example.com')).status, 422);
  assert.equal((await signUp(eve, 'Eve', 'eve@example.com\r\nBcc: all@example.com')).status, 422);
  assert.equal((await signUp(eve, 'Eve', 'eve@example.com, all@example.com')).status, 422);
  assert.equal((await signUp(eve, 'Eve', 'eve@example.com')).status, 303);
  await smtp.waitFor(({to}) => to.includes('eve@example.com'));
  assert.equal(smtp.mails.length, 1);
  await server.stop();
  await smtp.stop();
});

test('a server that says later is asked again, with the same mail, and logged in to', async () => {
  const tries = [];
  const smtp = await startSmtp({refuse: session => {
    tries.push(session.user);
    return tries.length === 1 ? Object.assign(new Error('try later'), {responseCode: 451}) : null;
  }});
  const server = await startServer({env: env(smtp, {MILLPOND_SMTP_USER: 'pond', MILLPOND_SMTP_PASSWORD: 's3cret words'})});
  await signUp(server.client(), 'Ann', 'ann@example.com');
  await smtp.waitFor(({to}) => to.includes('ann@example.com'));
  assert.deepEqual(tries, ['pond', 'pond']);
  assert.equal(smtp.mails.length, 1);
  assert.doesNotMatch(server.log(), /s3cret/);
  await server.stop();
  await smtp.stop();
});

test('without a mail server mails wait, and later they go', async () => {
  const store = await newStore();
  const before = await startServer({store});
  assert.equal((await signUp(before.client(), 'Ann', 'ann@example.com')).status, 303);
  await before.stop();
  const smtp = await startSmtp();
  const after = await startServer({store, env: env(smtp)});
  await smtp.waitFor(({to}) => to.includes('ann@example.com'));
  await after.stop();
  await smtp.stop();
  store.remove();
});
