// `millpond doctor`: tells what is wrong and how to mend it, over a real folder, mail server and name server.
import test from 'node:test';
import assert from 'node:assert/strict';
import {chmodSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {makeAuthority} from '../lib/authority.mjs';
import {startDns} from '../lib/dns.mjs';
import {newStore, runCommand, startServer} from '../lib/server.mjs';
import {startSmtp} from '../lib/smtp.mjs';

const doctor = async (store, {args = [], env = {}} = {}) => {
  const {code, stdout, stderr} = await runCommand(['doctor', ...store.args, '--json', ...args], {env});
  assert.ok(code === 0 || code === 1, stderr);
  const rows = Object.fromEntries(JSON.parse(stdout).map(row => [row.check, row]));
  for (const row of Object.values(rows)) assert.equal(row.mend === null, row.state === 'ok', JSON.stringify(row));
  return {code, rows};
};
const filled = async () => {
  const store = await newStore();
  const server = await startServer({store});
  await server.stop();
  return store;
};

test('a new folder is named missing and stays so', async () => {
  const store = {args: ['--data', join(tmpdir(), `millpond-none-${process.pid}`)]};
  const {code, rows} = await doctor(store);
  assert.equal(code, 1);
  assert.equal(rows.folder.state, 'bad');
  const {code: still} = await doctor(store);
  assert.equal(still, 1);
});

test('a store in order has its version, migrations and sandbox', async () => {
  const store = await filled();
  const {code, rows} = await doctor(store);
  for (const check of ['folder', 'keys', 'store', 'store version', 'migrations', 'jobs'])
    assert.equal(rows[check].state, 'ok', JSON.stringify(rows[check]));
  if (store.engine === 'postgres') assert.match(rows.durability.says, /synchronous_commit is on/);
  assert.notEqual(rows.photos.state, 'bad', rows.photos.says);
  assert.equal(rows.backup.state, 'warn');
  assert.equal(rows.address.state, 'warn');
  assert.equal(rows.mail.state, 'warn');
  assert.equal(code, Object.values(rows).some(row => row.state === 'bad') ? 1 : 0);
  const words = await runCommand(['doctor', ...store.args]);
  assert.match(words.stdout, /^ok +folder /m);
  assert.match(words.stdout, /^\d+ ok, \d+ to look at, \d+ bad$/m);
  store.remove();
});

test('open permissions are found with the command that closes them', async () => {
  const store = await filled();
  chmodSync(store.dataDir, 0o755);
  chmodSync(join(store.dataDir, 'keys', 'master'), 0o644);
  const {code, rows} = await doctor(store);
  assert.equal(code, 1);
  assert.equal(rows.folder.mend, `chmod 700 ${store.dataDir}`);
  assert.match(rows.keys.says, /master/);
  store.remove();
});

test('a backup leaves its date, and a certificate its last day', async () => {
  const store = await filled();
  const box = mkdtempSync(join(tmpdir(), 'millpond-doctor-'));
  const made = await runCommand(['backup', join(box, 'copy'), ...store.args]);
  assert.equal(made.code, 0, made.stderr);
  const authority = makeAuthority(box);
  const tls = days => authority.sign(`${days}.pem`, 'shop.example', Number(days) * 86400);
  const {rows} = await doctor(store, {args: ['--tls-cert', tls('60'), '--base-url', 'https://shop.example']});
  assert.equal(rows.backup.state, 'ok');
  assert.equal(rows.address.state, 'ok');
  assert.match(rows.certificate.says, /good for (59|60) days/);
  assert.equal((await doctor(store, {args: ['--tls-cert', tls('3')]})).rows.certificate.state, 'warn');
  assert.equal((await doctor(store, {args: ['--tls-cert', join(box, 'none.pem')]})).rows.certificate.state, 'bad');
  assert.match((await doctor(store, {args: ['--tls-cert', authority.certificate]})).rows.certificate.says, /self-made/);
  rmSync(box, {recursive: true});
  store.remove();
});

test('the mail server is called, and the records of the sender are asked for', async () => {
  const store = await filled();
  const smtp = await startSmtp();
  const dns = await startDns({
    'shop.example': {TXT: ['some other text', 'v=spf1 include:mail.example ~all'], MX: ['mail.shop.example']},
    '_dmarc.shop.example': {TXT: ['v=DMARC1; p=none']},
    's1._domainkey.shop.example': {TXT: [`v=DKIM1; k=rsa; p=${'A'.repeat(392)}`]},
  });
  const env = {MILLPOND_SMTP_URL: smtp.url, MILLPOND_SMTP_FROM: 'hello@shop.example', MILLPOND_SMTP_DKIM_SELECTOR: 's1'};
  const look = () => doctor(store, {env, args: ['--dns', dns.address]});
  const {rows} = await look();
  for (const check of ['mail', 'SPF', 'DKIM', 'DMARC', 'MX'])
    assert.equal(rows[check].state, 'ok', JSON.stringify(rows[check]));
  assert.match(rows.SPF.says, /^v=spf1 include:mail\.example ~all$/);
  assert.equal(rows.MX.says, 'mail.shop.example');
  assert.equal(smtp.mails.length, 0);

  for (const name of Object.keys(dns.zone)) delete dns.zone[name];
  const bare = (await look()).rows;
  assert.deepEqual(['SPF', 'DKIM', 'DMARC', 'MX'].map(check => bare[check].state), ['bad', 'bad', 'warn', 'warn']);
  assert.match(bare.DMARC.mend, /_dmarc\.shop\.example/);
  await smtp.stop();
  await dns.stop();
  const {rows: away, code} = await look();
  assert.equal(code, 1);
  assert.equal(away.mail.state, 'bad');
  assert.match(away.SPF.says, /could not be asked/);
  store.remove();
});
