// Getting in, end to end: the operator's commands, the forms, the mails, the API.
// engines: sqlite postgres
import test from 'node:test';
import assert from 'node:assert/strict';
import {newStore, runCommand, startServer} from '../../../../tests/lib/server.mjs';
import {startSmtp} from '../../../../tests/lib/smtp.mjs';
import {formFields} from '../../../../tests/lib/client.mjs';
import {photograph} from '../../../../tests/lib/picture.mjs';

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
  assert.equal(
    (await visitor.post('/signup', {name: 'Eve', email: 'eve@example.com', password: 'x'.repeat(1 << 20)})).status,
    413,
  );
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
  const ask = async (email, current) =>
    mara.post('/me/email', {...formFields((await mara.get('/me')).text, '/me/email'), email, current});
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
  assert.equal(
    (
      await mara.post('/me/email', {
        ...formFields((await mara.get('/me')).text, '/me/email'),
        email: 'lara@example.com',
        current: good,
      })
    ).status,
    303,
    'the same answer as for an address nobody has',
  );
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

test('a wish for another address opens for its own link only, once, and not after a new password', async () => {
  const smtp = await startSmtp();
  const store = await newStore();
  for (const name of ['mara', 'eve']) {
    await runCommand(['user', 'create', `${name}@example.com`, '--name', name, ...store.args], {input: `${good}\n`});
  }
  const server = await startServer({store, args: ['--rate-percent', '0'], env: {MILLPOND_SMTP_URL: smtp.url}});
  const [mara, eve] = [server.client(), server.client()];
  await logIn(mara, 'mara@example.com', good);
  await logIn(eve, 'eve@example.com', good);
  const emailOf = async who => (await who.api('GET', '/api/v1/me')).json().email;
  const ask = async (who, email) => (await who.post('/me/email',
    {...formFields((await who.get('/me')).text, '/me/email'), email, current: good})).status;
  const tokenOf = async (email, kind) => {
    const mail = await smtp.waitFor(({to, text}) => to.includes(email) && text.includes(`/${kind}/`));
    smtp.mails.splice(smtp.mails.indexOf(mail), 1);
    return new URL(mail.text.match(new RegExp(`https?:\\S+/${kind}/\\S+`))[0]).pathname.split('/').at(-1);
  };
  const open = (who, path, fields = {}) => who.post(path, {password: 'green window seven', ...fields});

  // The token of one purpose is none for another.
  assert.equal(await ask(mara, 'mara@new.example.com'), 303);
  const wish = await tokenOf('mara@new.example.com', 'me/email');
  for (const path of [`/reset/${wish}`, `/welcome/${wish}`]) {
    assert.equal((await server.client().get(path)).status, 403, path);
    assert.equal((await open(server.client(), path)).status, 403, path);
  }
  await mara.post('/forgot', {email: 'mara@example.com'});
  const reset = await tokenOf('mara@example.com', 'reset');
  assert.equal((await eve.get(`/me/email/${reset}`)).status, 403);
  assert.equal((await open(eve, `/me/email/${reset}`)).status, 403);

  // A new password by mail ends what whoever knew the old one had asked for.
  assert.equal((await open(server.client(), `/reset/${reset}`)).status, 303);
  assert.equal((await open(server.client(), `/me/email/${wish}`)).status, 403);
  assert.equal((await logIn(mara, 'mara@example.com', 'green window seven')).status, 303);
  assert.equal(await emailOf(mara), 'mara@example.com');

  // Opened in the browser of another account it changes the account that asked, and twice at once it does so once.
  assert.equal(await ask(eve, 'eve@new.example.com'), 303);
  const hers = await tokenOf('eve@new.example.com', 'me/email');
  const both = await Promise.all([mara, server.client(), mara, eve].map(who => open(who, `/me/email/${hers}`)));
  assert.deepEqual(both.map(answer => answer.status).sort(), [303, 403, 403, 403]);
  assert.deepEqual([await emailOf(mara), await emailOf(eve)], ['mara@example.com', 'eve@new.example.com']);

  // Somebody signs up with the address meanwhile: it is hers, and the late link says so in words.
  assert.equal(await ask(eve, 'late@example.com'), 303);
  const late = await tokenOf('late@example.com', 'me/email');
  const made = await runCommand(['user', 'create', 'late@example.com', '--name', 'Late', ...store.args], {
    input: `${good}\n`,
  });
  assert.equal(made.code, 0, made.stderr);
  const taken = await open(eve, `/me/email/${late}`);
  assert.ok(taken.status >= 400 && taken.status < 500, `${taken.status}`);
  assert.match(taken.text, /address/i);
  assert.equal(await emailOf(eve), 'eve@new.example.com');
  assert.equal((await logIn(server.client(), 'late@example.com', good)).status, 303);

  // A new wish ends the one before it; what was mailed to an address that is left opens nothing any more.
  assert.equal(await ask(eve, 'first@example.com'), 303);
  const first = await tokenOf('first@example.com', 'me/email');
  await server.client().post('/login/link', {email: 'eve@new.example.com'});
  const link = await tokenOf('eve@new.example.com', 'welcome');
  await server.client().post('/forgot', {email: 'eve@new.example.com'});
  const old = await tokenOf('eve@new.example.com', 'reset');
  assert.equal(await ask(eve, 'second@example.com'), 303);
  const second = await tokenOf('second@example.com', 'me/email');
  assert.equal((await open(eve, `/me/email/${first}`)).status, 403);
  assert.equal((await open(eve, `/me/email/${second}`)).status, 303);
  for (const path of [`/welcome/${link}`, `/reset/${old}`])
    assert.equal((await open(server.client(), path)).status, 403, path);
  assert.equal(await emailOf(eve), 'second@example.com');
  await server.stop();
  assert.equal((await runCommand(['verify', ...store.args])).code, 0);
  await smtp.stop();
  store.remove();
});

test('a photo of oneself is taken, shown to others and taken away', async () => {
  const store = await newStore();
  await runCommand(['user', 'create', 'mara@example.com', '--name', 'Mara', '--handle', 'mara', ...store.args], {
    input: `${good}\n`,
  });
  const server = await startServer({store, args: ['--rate-percent', '0']});
  const mara = server.client();
  await logIn(mara, 'mara@example.com', good);
  const send = async parts => {
    const form = new FormData();
    for (const [name, value] of Object.entries({...formFields((await mara.get('/me')).text, '/me/photo'), ...parts}))
      form.append(name, value);
    return mara.post('/me/photo', form);
  };
  const refused = await send({photo: new File(['not a picture'], 'a.png', {type: 'image/png'})});
  assert.ok([303, 422].includes(refused.status), `${refused.status}`);
  const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==', 'base64');
  assert.equal((await send({photo: new File([gif], 'a.gif', {type: 'image/gif'})})).status, 303);
  assert.match((await mara.get('/me')).text, /name="remove"|role="status"/);
  assert.equal((await send({remove: '1'})).status, 303);
  assert.doesNotMatch((await mara.get('/me')).text, /name="remove"/);
  // What is no photo, too large a one, or more than one thing at once never becomes a face, and never breaks anything.
  const FACE = /class="avatar[^"]*"[^>]*>\s*<img/;
  const page = Buffer.from('<!doctype html><script>alert(1)</script>');
  const hostile = [
    ['face.svg', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
    ['face.jpg', page],
    ['bomb.png', photograph(10_000, 10_000)],
    ['both.gif', Buffer.concat([Buffer.from('GIF89a/*'), page, Buffer.from('*/=1;')])],
    ['pdf.png', '%PDF-1.7'],
    ['empty.png', ''],
  ];
  for (const [name, bytes] of hostile) {
    const answer = await send({photo: new File([bytes], name, {type: 'image/png'})});
    assert.ok(answer.status === 303 || answer.status === 422, `${name}: ${answer.status}`);
    const waits = async () => /being prepared/i.test((await mara.get('/me')).text);
    for (const until = Date.now() + 30_000; await waits() && Date.now() < until;);
    assert.doesNotMatch((await mara.get('/@mara')).text, FACE, name);
  }
  const real = new File([Buffer.concat([photograph(30, 30), page])], 'tail.png', {type: 'image/png'});
  const many = await Promise.all(Array.from({length: 6}, () => send({photo: real})));
  assert.deepEqual([...new Set(many.map(answer => answer.status))], [303]);
  await server.stop();
  store.remove();
});
