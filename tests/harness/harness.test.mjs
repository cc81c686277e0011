// The harness itself: what other suites stand on does what it says.
import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {connect} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {browser, seriousFindings} from '../lib/browser.mjs';
import {client, formFields} from '../lib/client.mjs';
import {startPostgres} from '../lib/postgres.mjs';
import {newStore, startServer} from '../lib/server.mjs';
import {startSmtp} from '../lib/smtp.mjs';
import {readTap} from '../lib/tap.mjs';

async function pageServer(answer) {
  const server = createServer(answer);
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return {url: `http://127.0.0.1:${server.address().port}`, stop: () => new Promise(done => server.close(done))};
}

test('TAP: leaves are counted, parents only when they failed by themselves', () => {
  const nested = 'TAP version 13\n    ok 1 - a\n    not ok 2 - b\n    1..2\nnot ok 1 - parent\nok 2 - c\n1..2\n';
  assert.deepEqual(readTap(nested), {passed: 2, failed: 1, failures: ['b']});
  assert.equal(readTap('    ok 1 - a\n    1..1\nnot ok 1 - its hook failed\n1..1\n').failed, 1);
});

test('TAP: a skipped test and a test that never ran are failures', () => {
  assert.deepEqual(readTap('1..1\nok 1 - later # SKIP\n').failed, 1);
  assert.deepEqual(readTap('1..3\nok 1 - a\n').failed, 2);
  assert.deepEqual(readTap('no test at all\n'), {passed: 0, failed: 0, failures: []});
});

test('PostgreSQL: each database is fresh, and the cluster is durable', async t => {
  const cluster = await startPostgres();
  t.after(() => cluster.stop());
  const [first, second] = [await cluster.createDatabase(), await cluster.createDatabase()];
  assert.notEqual(first, second);
  const name = new URL(first).pathname.slice(1);
  await cluster.query(name, 'CREATE TABLE t (x int)');
  assert.equal(await cluster.query(name, 'SHOW fsync'), 'on');
  await assert.rejects(cluster.query(new URL(second).pathname.slice(1), 'SELECT * FROM t'));
});

test('SMTP: a mail is kept, decoded, and waited for', async t => {
  const smtp = await startSmtp();
  t.after(() => smtp.stop());
  const arrived = smtp.waitFor(mail => mail.to.includes('ann@example.com'));
  const lines = ['EHLO test', 'MAIL FROM:<shop@example.com>', 'RCPT TO:<ann@example.com>', 'DATA',
    ['Subject: =?utf-8?B?5L2g5aW9?=', 'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable', '', '=E4=BD=A0=E5=A5=BD, Ann', '.'].join('\r\n'), 'QUIT'];
  const socket = connect(smtp.port, '127.0.0.1');
  socket.on('data', data => {
    if (/^\d{3} /m.test(String(data)) && lines.length > 0) socket.write(`${lines.shift()}\r\n`);
  });
  const mail = await arrived;
  assert.equal(mail.subject, '你好');
  assert.equal(mail.text.trim(), '你好, Ann');
  assert.equal(mail.from, 'shop@example.com');
});

test('client: keeps cookies, drops ended ones, reads hidden fields', async t => {
  const server = await pageServer((request, response) => {
    const ends = request.url === '/out';
    response.setHeader('set-cookie', ends ? ['sid=; Max-Age=0'] : ['sid=abc; Path=/; HttpOnly', 'lang=en']);
    const form = '<form method="post" action="/x"><input type="hidden" name="_csrf" value="t1"></form>';
    response.end(`${form}${request.headers.cookie}`);
  });
  t.after(() => server.stop());
  const visitor = client(server.url);
  assert.match((await visitor.get('/')).text, /undefined$/);
  const second = await visitor.get('/');
  assert.match(second.text, /sid=abc; lang=en$/);
  assert.deepEqual(formFields(second.text, '/x'), {_csrf: 't1'});
  await visitor.get('/out');
  assert.match((await visitor.get('/')).text, />lang=en$/);
});

test('browser: opens a page, and axe sees what is wrong with it under a strict policy', async t => {
  const server = await pageServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.setHeader('content-security-policy', "default-src 'self'; script-src 'self'");
    response.end('<!doctype html><html lang="en"><title>t</title><main><h1>Hi</h1><img src="/x.png"></main></html>');
  });
  const chromium = await browser();
  t.after(() => Promise.all([chromium.close(), server.stop()]));
  const page = await chromium.newPage();
  await page.goto(server.url);
  assert.equal(await page.textContent('h1'), 'Hi');
  assert.match((await seriousFindings(page)).join('\n'), /image-alt/);
});

// A program that takes the words of `serve`; PRETEND says how it ends.
const pretender = `#!${process.execPath}
const {writeFileSync} = require('node:fs');
const word = name => process.argv[process.argv.indexOf(name) + 1];
if (process.env.PRETEND === 'refuse') { console.error('no such folder'); process.exit(7); }
const server = require('node:http').createServer((request, response) => response.end(word('--data')));
server.listen(0, '127.0.0.1', () => writeFileSync(word('--port-file'), String(server.address().port)));
process.on('SIGTERM', () => {
  if (process.env.PRETEND === 'leak') console.error('ERROR: LeakSanitizer: detected memory leaks');
  process.exit(process.env.PRETEND === 'fail' ? 1 : 0);
});
`;

test('server: starts, answers, ends well, is killed, and a bad end fails the test', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'millpond-harness-'));
  t.after(() => rmSync(folder, {recursive: true}));
  const bin = join(folder, 'pretender');
  writeFileSync(bin, pretender, {mode: 0o755});
  const store = await newStore('sqlite');
  t.after(() => store.remove());

  const first = await startServer({bin, store});
  assert.equal((await first.client().get('/')).text, store.dataDir);
  await first.kill9();
  assert.deepEqual(await first.exited, {code: null, signal: 'SIGKILL'});
  const again = await startServer({bin, store});
  await again.stop();

  await assert.rejects((await startServer({bin, store, env: {PRETEND: 'fail'}})).stop(), /ended with code 1/);
  await assert.rejects((await startServer({bin, store, env: {PRETEND: 'leak'}})).stop(), /LeakSanitizer/);
  await assert.rejects(startServer({bin, store, env: {PRETEND: 'refuse'}}), /did not become healthy[^]*no such folder/);
});
