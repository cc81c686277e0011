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

test('a member takes another address by its mail; the old one is told, and a new password ends the wish', async () => {
  const smtp = await startSmtp();
  const store = await newStore();
  await runCommand(['user', 'create', 'mara@example.com', '--name', 'Mara', ...store.args], {input: `${good}\n`});
  const server = await startServer({store, args: ['--rate-percent', '0'], env: {MILLPOND_SMTP_URL: smtp.url}});
  const mara = server.client();
  await logIn(mara, 'mara@example.com', good);
  const ask = async (email, current) => mara.post('/me/email', {...formFields((await mara.get('/me')).text, '/me/email'), email, current});
  const wrong = await ask('mara@new.example.com', 'not it');
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /id="email-current-error"/);
  assert.equal((await ask('mara', good)).status, 422);
  const linkOf = async email => {
    const mail = await smtp.waitFor(({to, text}) => to.includes(email) && /\/me\/email\//.test(text));
    return new URL(mail.text.match(/https?:\S+\/me\/email\/\S+/)[0]).pathname;
  };
  assert.equal((await ask('mara@new.example.com', good)).status, 303);
  const told = await smtp.waitFor(({to}) => to.includes('mara@example.com'));
  assert.match(told.text, /another mail address/);
  const path = await linkOf('mara@new.example.com');
  const reader = server.client();
  const page = await reader.get(path);
  assert.match(page.text, /mara@new\.example\.com/);
  assert.equal((await mara.api('GET', '/api/v1/me')).json().email, 'mara@example.com', 'looking changes nothing');
  assert.equal((await reader.post(path, formFields(page.text, path))).status, 303);
  assert.equal((await mara.api('GET', '/api/v1/me')).json().email, 'mara@new.example.com');
  assert.equal((await reader.get(path)).status, 403);
  assert.equal((await logIn(server.client(), 'mara@example.com', good)).status, 422);
  assert.equal((await logIn(server.client(), 'mara@new.example.com', good)).status, 303);
  assert.equal((await ask('mara@other.example.com', good)).status, 303);
  const late = await linkOf('mara@other.example.com');
  assert.equal((await mara.post('/me/password', {...formFields((await mara.get('/me')).text, '/me/password'), current: good,
    password: 'green window seven'})).status, 303);
  assert.equal((await reader.get(late)).status, 403);
  await server.stop();
  await smtp.stop();
  store.remove();
});

test('an address that is somebody else\'s stays hers', async () => {
  const smtp = await startSmtp();
  const store = await newStore();
  for (const name of ['mara', 'lara']) {
    await runCommand(['user', 'create', `${name}@example.com`, '--name', name, ...store.args], {input: `${good}\n`});
  }
  const server = await startServer({store, env: {MILLPOND_SMTP_URL: smtp.url}});
  const mara = server.client();
  await logIn(mara, 'mara@example.com', good);
  assert.equal((await mara.post('/me/email', {...formFields((await mara.get('/me')).text, '/me/email'), email: 'lara@example.com',
    current: good})).status, 303, 'the same answer as for an address nobody has');
  const mail = await smtp.waitFor(({to}) => to.includes('lara@example.com'));
  const path = new URL(mail.text.match(/https?:\S+\/me\/email\/\S+/)[0]).pathname;
  const page = await server.client().get(path);
  const taken = server.client();
  assert.equal((await taken.post(path, formFields((await taken.get(path)).text, path))).status, 409);
  assert.equal(page.status, 200);
  assert.equal((await logIn(server.client(), 'lara@example.com', good)).location, '/me');
  await server.stop();
  await smtp.stop();
  store.remove();
});

test('a photo of oneself is taken, shown to others and taken away', async () => {
  const store = await newStore();
  await runCommand(['user', 'create', 'mara@example.com', '--name', 'Mara', '--handle', 'mara', ...store.args], {input: `${good}\n`});
  const server = await startServer({store});
  const mara = server.client();
  await logIn(mara, 'mara@example.com', good);
  const send = async parts => {
    const form = new FormData();
    for (const [name, value] of Object.entries({...formFields((await mara.get('/me')).text, '/me/photo'), ...parts})) form.append(name, value);
    return mara.post('/me/photo', form);
  };
  const refused = await send({photo: new File(['not a picture'], 'a.png', {type: 'image/png'})});
  assert.ok([303, 422].includes(refused.status), `${refused.status}`);
  const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==', 'base64');
  assert.equal((await send({photo: new File([gif], 'a.gif', {type: 'image/gif'})})).status, 303);
  assert.match((await mara.get('/me')).text, /name="remove"|role="status"/);
  assert.equal((await send({remove: '1'})).status, 303);
  assert.doesNotMatch((await mara.get('/me')).text, /name="remove"/);
  await server.stop();
  store.remove();
});
