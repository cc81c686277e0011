// Getting in, end to end: the operator's commands, the forms, the mails, the API.
// engines: sqlite postgres
import test from 'node:test';
import assert from 'node:assert/strict';
import {newStore, runCommand, startServer} from '../../../../tests/lib/server.mjs';
import {startSmtp} from '../../../../tests/lib/smtp.mjs';
import {formFields} from '../../../../tests/lib/client.mjs';

const good = 'blue kettle moon';
const logIn = (visitor, email, password) => visitor.post('/login', {email, password, next: '/me'});

test('the operator makes people, gives them passwords and lets them run the server', async () => {
  const store = await newStore();
  const user = (words, input) => runCommand(['user', ...words, ...store.args], {input});
  assert.equal((await user(['create', 'mara@example.com', '--name', 'Mara', '--handle', 'mara'], `${good}\n`)).code, 0);
  const again = await user(['create', 'MARA@example.com', '--name', 'Mara'], `${good}\n`);
  assert.equal(again.code, 5);
  assert.match(again.stderr, /already belongs/);
  assert.equal((await user(['create', 'olga@example.com', '--name', 'Olga'], 'password1\n')).code, 2);
  assert.equal((await user(['create', 'olga@example.com'], `${good}\n`)).code, 2);
  assert.equal((await user(['operator', 'nobody@example.com'], '')).code, 3);
  assert.equal((await user(['operator', 'mara@example.com'], '')).code, 0);
  const server = await startServer({store});
  const mara = server.client();
  assert.equal((await logIn(mara, 'mara@example.com', good)).location, '/me');
  // while the server runs: everybody out, and in again with the new one
  const changed = await user(['password', 'mara@example.com'], 'green window seven\n');
  assert.equal(changed.code, 0, changed.stderr);
  assert.equal((await mara.get('/me')).location, '/login?next=%2Fme');
  assert.equal((await logIn(mara, 'mara@example.com', good)).status, 422);
  assert.equal((await logIn(mara, 'mara@example.com', 'green window seven')).status, 303);
  await server.stop();
  assert.match((await runCommand(['verify', ...store.args])).stdout, /^0 violations$/m);
  store.remove();
});

test('a guest signs up, confirms on another device, and is one person on both', async () => {
  const smtp = await startSmtp();
  const server = await startServer({env: {MILLPOND_SMTP_URL: smtp.url}});
  const phone = server.client();
  const guest = (await phone.api('POST', '/api/v1/guests', {name: 'Nina Alves'})).json();
  assert.equal(guest.account.is_guest, true);
  const page = await phone.get('/signup');
  assert.match(page.text, /value="Nina Alves"/);
  const signedUp = await phone.post('/signup',
    {...formFields(page.text, '/signup'), name: 'Nina Alves', email: 'nina@example.com', password: good});
  assert.equal(signedUp.status, 303);
  const me = (await phone.api('GET', '/api/v1/me')).json();
  assert.equal(me.id, guest.account.id);
  assert.match(me.handle, /^nina_alves_\w{6}$/);
  assert.equal(me.email, null);
  const mail = await smtp.waitFor(({to}) => to.includes('nina@example.com'));
  const {pathname, search} = new URL(mail.text.match(/https?:\S+\/welcome\/\S+/)[0]);
  const laptop = server.client();
  const looked = await laptop.get(pathname + search);
  assert.equal(looked.status, 200);
  assert.equal((await laptop.post(pathname, {...formFields(looked.text, pathname), password: good})).location, '/me');
  const proven = (await laptop.api('GET', '/api/v1/me')).json();
  assert.deepEqual([proven.id, proven.email], [me.id, 'nina@example.com']);
  assert.equal((await phone.api('GET', '/api/v1/me')).json().id, me.id);
  assert.equal((await server.client().get(pathname)).status, 403);
  await server.stop();
  await smtp.stop();
});

test('a link for a new password works once; an address nobody has gets none, and no other answer', async () => {
  const smtp = await startSmtp();
  const store = await newStore();
  await runCommand(['user', 'create', 'mara@example.com', '--name', 'Mara', ...store.args], {input: `${good}\n`});
  const server = await startServer({store, env: {MILLPOND_SMTP_URL: smtp.url}});
  const visitor = server.client();
  const known = await visitor.post('/forgot', {email: 'mara@example.com'});
  const unknown = await visitor.post('/forgot', {email: 'lara@example.com'});
  assert.equal(known.status, 200);
  assert.equal(known.text, unknown.text.replaceAll('lara@', 'mara@'));
  const mail = await smtp.waitFor(({to}) => to.includes('mara@example.com'));
  const {pathname} = new URL(mail.text.match(/https?:\S+\/reset\/\S+/)[0]);
  const page = await visitor.get(pathname);
  const fields = formFields(page.text, pathname);
  assert.equal((await visitor.post(pathname, {...fields, password: 'green window seven'})).status, 303);
  assert.equal((await visitor.post(pathname, {...fields, password: 'green window eight'})).status, 403);
  assert.equal((await logIn(server.client(), 'mara@example.com', 'green window seven')).status, 303);
  assert.deepEqual([...new Set(smtp.mails.flatMap(({to}) => to))], ['mara@example.com']);
  await server.stop();
  await smtp.stop();
  store.remove();
});

test('too much is refused at once, and tokens stand in no log', async () => {
  const server = await startServer({args: ['--log-access']});
  const visitor = server.client();
  assert.equal((await visitor.post('/signup', {name: 'Eve', email: 'eve@example.com', password: 'x'.repeat(1 << 20)})).status, 413);
  await visitor.get('/welcome/averysecrettoken');
  assert.doesNotMatch(server.log(), /averysecrettoken/);
  await server.stop();
});
