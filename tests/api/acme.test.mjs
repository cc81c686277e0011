// Certificates by one flag, from an authority that the test plays itself.
import test from 'node:test';
import assert from 'node:assert/strict';
import {readFileSync, statSync} from 'node:fs';
import {createServer} from 'node:net';
import {join} from 'node:path';
import {connect} from 'node:tls';
import {newStore, runCommand, startServer} from '../lib/server.mjs';
import {startAcme} from '../lib/acme.mjs';

const DOMAIN = 'shop.example.com';
const until = async (what, check) => {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    const result = await check();
    if (result) return result;
    await new Promise(done => setImmediate(done));
  }
  throw new Error(`not in time: ${what}`);
};
const freePort = () => new Promise(done => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const {port} = probe.address();
    probe.close(() => done(port));
  });
});
// The certificate that a browser would see.
const peerOf = port => new Promise((done, fail) => {
  const socket = connect({port, host: '127.0.0.1', servername: DOMAIN, rejectUnauthorized: false}, () => {
    done(socket.getPeerCertificate());
    socket.end();
  });
  socket.on('error', fail);
});

// A server with --acme, and its authority. TLS at server.port, the door at doorPort.
async function openTls({store, acme, doorPort}) {
  return startServer({
    store,
    isTls: true,
    args: [
      '--acme', 'you@example.com', '--domain', DOMAIN, '--acme-directory', acme.directory, '--acme-listen',
      `127.0.0.1:${doorPort}`,
    ],
  });
}
async function setUp(options = {}) {
  const doorPort = await freePort();
  const acme = await startAcme({...options, doorPort: () => doorPort});
  const store = await newStore();
  return {store, acme, doorPort};
}

test('the first start orders a certificate and serves it without a restart', async () => {
  const world = await setUp();
  world.acme.badNonces = 2;
  const server = await openTls(world);
  const child = server.pid;
  await until('the certificate', () => world.acme.orders === 1);
  const peer = await until('the new certificate', async () => {
    const found = await peerOf(server.port);
    return found.issuer.CN === 'Test authority' && found;
  });
  assert.equal(peer.subjectaltname, `DNS:${DOMAIN}`);
  assert.equal(server.pid, child);
  assert.deepEqual(world.acme.troubles, []);
  assert.deepEqual(world.acme.contacts, ['mailto:you@example.com']);
  for (const file of ['tls.pem', 'acme.pem'])
    assert.equal(statSync(join(world.store.dataDir, 'keys', file)).mode & 0o777, 0o600, file);

  const door = `http://127.0.0.1:${world.doorPort}`;
  const away = await fetch(`${door}/s/shop?a=1`, {redirect: 'manual'});
  assert.equal(away.status, 308);
  assert.equal(away.headers.get('location'), `https://${DOMAIN}/s/shop?a=1`);
  assert.equal((await fetch(`${door}/.well-known/acme-challenge/none`)).status, 404);
  assert.equal((await fetch(`${door}/`, {method: 'POST', body: 'x'})).status, 405);
  await server.stop();

  // The next start has it from the beginning and asks nobody.
  const again = await openTls(world);
  assert.equal((await peerOf(again.port)).serialNumber, peer.serialNumber);
  const {stdout} = await runCommand(['doctor', ...world.store.args, '--json']);
  assert.equal(JSON.parse(stdout).find(row => row.check === 'certificate').state, 'ok');
  await again.stop();
  assert.equal(world.acme.orders, 1);
  await world.acme.stop();
  world.store.remove();
});

test('when the challenge is not believed the self-made certificate stays, and the log says why', async () => {
  const world = await setUp();
  world.acme.denials = 1;
  const server = await openTls(world);
  await until('the refusal', () => /event=job\.failed job=acme\.renew .*error_key=acme\.challenge/.test(server.log()));
  const peer = await peerOf(server.port);
  assert.equal(peer.issuer.CN, DOMAIN);
  const {stdout, code} = await runCommand(['doctor', ...world.store.args, '--json']);
  assert.equal(code, 1);
  assert.match(JSON.parse(stdout).find(row => row.check === 'certificate').says, /self-made/);
  await server.stop();
  const again = await openTls(world);
  await until('the certificate', async () => (await peerOf(again.port)).issuer.CN === 'Test authority');
  assert.equal(world.acme.accounts.size, 1);
  await again.stop();
  await world.acme.stop();
  world.store.remove();
});

test('a certificate is renewed when a third of its life is left', async () => {
  const world = await setUp({lifetime_s: 12});
  const server = await openTls(world);
  const first = await until('the first', async () => {
    const peer = await peerOf(server.port);
    return peer.issuer.CN === 'Test authority' && peer;
  });
  const second = await until('the second', async () => {
    const peer = await peerOf(server.port);
    return peer.serialNumber !== first.serialNumber && peer;
  });
  assert.ok(Date.parse(second.valid_from) < Date.parse(first.valid_to), 'the old one was still good');
  assert.notEqual(readFileSync(join(world.store.dataDir, 'keys', 'tls.pem'), 'utf8'), '');
  await server.stop();
  await world.acme.stop();
  world.store.remove();
});

test('a domain that is none is refused before anything is made', async () => {
  const store = await newStore();
  for (const domain of ['localhost', 'Shop Example', 'a.b,,c.d']) {
    const {code, stderr} = await runCommand(['serve', ...store.args, '--acme', 'you@example.com', '--domain', domain]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /app\.acme_domain/);
  }
  store.remove();
});
