// The program as its operator meets it: start, health, signals, crashes, upgrade, backup, wrong words.
import test from 'node:test';
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {binary, engineUnderTest, newStore, runCommand, startServer} from '../lib/server.mjs';
import {startPostgres} from '../lib/postgres.mjs';
import {openPond} from '../lib/wheel.mjs';

const until = async (what, check) => {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline;) {
    const result = await check();
    if (result) return result;
    await new Promise(done => setImmediate(done));
  }
  throw new Error(`not in time: ${what}`);
};
const childOf = pid => Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
const isHealthy = server => fetch(`${server.url}/healthz`).then(answer => answer.ok, () => false);

test('health names version, engine and migration level', async () => {
  const server = await startServer();
  const health = await (await fetch(`${server.url}/healthz`)).json();
  assert.equal(health.status, 'ok');
  assert.equal(health.engine, engineUnderTest);
  assert.ok(health.migration_level > 0);
  assert.ok(
    health.commands >= health.commits && health.statements > health.commits && health.commits > 0,
    JSON.stringify(health),
  );
  assert.ok(health.events_waiting >= 0 && health.wal_bytes >= 0 && health.file_in_doubt === 0);
  assert.match(health.version, /^\d+\.\d+\.\d+$/);
  await server.stop();
});

test('static files come by hash for ever, and pages refer to them', async () => {
  const server = await startServer();
  const page = await (await fetch(`${server.url}/nowhere`)).text();
  const style = page.match(/href="(\/static\/[^"]+\.css)"/)[1];
  const answer = await fetch(server.url + style, {headers: {'accept-encoding': 'gzip'}});
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-encoding'), 'gzip');
  assert.match(answer.headers.get('cache-control'), /max-age=\d+/);
  assert.equal((await fetch(`${server.url}/static/../../etc/passwd`)).status, 404);
  assert.equal((await fetch(`${server.url}/favicon.svg`)).headers.get('content-type').split(';')[0], 'image/svg+xml');
  assert.match(await (await fetch(`${server.url}/robots.txt`)).text(), /Disallow: \/console\//);
  await server.stop();
});

test('the language can be chosen, and stays', async () => {
  const server = await startServer();
  const post = (fields, headers = {}) => fetch(`${server.url}/language`, {
    method: 'POST', body: new URLSearchParams(fields), redirect: 'manual',
    headers: {'sec-fetch-site': 'same-origin', ...headers}});
  const chosen = await post({language: 'zh', next: '//evil.test'});
  assert.equal(chosen.status, 303);
  assert.equal(chosen.headers.get('location'), '/');
  const cookie = chosen.headers.get('set-cookie').split(';')[0];
  assert.match(await (await fetch(`${server.url}/nowhere`, {headers: {cookie}})).text(), /lang="zh/);
  assert.equal((await post({language: 'tlh'})).status, 422);
  assert.equal((await post({language: 'zh'}, {'sec-fetch-site': 'cross-site'})).status, 403);
  await server.stop();
});

test('a form without proof of its origin asks once, and goes on when confirmed', async () => {
  const server = await startServer();
  const {request} = await import('node:http');
  const post = body => new Promise((done, fail) => {
    const call = request(`${server.url}/language`, {method: 'POST',
      headers: {'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body)}}, answer => {
      let text = '';
      answer
        .on('data', part => {
          text += part;
        })
        .on('end', () => done({status: answer.statusCode, text, headers: answer.headers}));
    });
    call.on('error', fail).end(body);
  });
  const asked = await post('language=zh');
  assert.equal(asked.headers['set-cookie'], undefined);
  const token = asked.text.match(/name="csrf" value="([^"]+)"/)[1];
  assert.match(asked.text, /name="language" value="zh"/);
  assert.equal((await post(`language=zh&csrf=${encodeURIComponent(token)}`)).status, 303);
  assert.equal((await post('language=zh&csrf=wrong')).status, 403);
  await server.stop();
});

test('the list of routes states a rule for every row, and the API describes itself', async () => {
  const {stdout, code} = await runCommand(['routes', '--json']);
  assert.equal(code, 0);
  const routes = JSON.parse(stdout);
  assert.ok(routes.length > 5);
  for (const route of routes) {
    assert.notEqual(route.who, 'unset');
    assert.notEqual(route.rate, 'unset');
    if (route.method !== 'GET' && route.who !== 'provider') assert.notEqual(route.csrf, 'none', route.path);
  }
  const server = await startServer();
  const described = await (await fetch(`${server.url}/api/openapi.json`)).json();
  assert.equal(described.openapi, '3.1.0');
  for (const route of routes.filter(row => row.path.startsWith('/api/')))
    assert.ok(described.paths[route.path][route.method.toLowerCase()], route.path);
  await server.stop();
});

test('a child that crashes is started again on the same port', async () => {
  const server = await startServer();
  const first = childOf(server.pid);
  process.kill(first, 'SIGKILL');
  const second = await until('another child', () => {
    const child = childOf(server.pid);
    return child && child !== first && child;
  });
  await until('health', () => isHealthy(server));
  assert.notEqual(first, second);
  await server.stop();
});

test('an upgrade by SIGHUP keeps the socket and refuses nobody', async () => {
  const server = await startServer();
  const first = childOf(server.pid);
  let refused = 0, served = 0, over = false;
  const visitor = (async () => {
    while (!over) {
      await fetch(`${server.url}/healthz`, {headers: {connection: 'close'}})
        .then(answer => { served += answer.ok; }, error => { refused += error.cause?.code === 'ECONNREFUSED'; });
    }
  })();
  process.kill(server.pid, 'SIGHUP');
  await until('the new child', () => { const child = childOf(server.pid); return child && child !== first; });
  await until('health', () => isHealthy(server));
  over = true;
  await visitor;
  assert.equal(refused, 0);
  assert.ok(served > 0);
  await server.stop();
});

test('wrong words, a taken port and a used folder are answered in words', async () => {
  const wrong = await runCommand(['serve', '--bogus']);
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /--bogus/);
  assert.equal((await runCommand(['frobnicate'])).code, 2);
  assert.match((await runCommand(['serve', '--help'])).stdout, /--trusted-proxy CIDR.*MILLPOND_TRUSTED_PROXY/);
  const server = await startServer();
  const folder = mkdtempSync(join(tmpdir(), 'millpond-other-'));
  const port = await runCommand(['serve', '--data', folder, '--listen', `127.0.0.1:${server.port}`]);
  assert.equal(port.code, 7);
  assert.match(port.stderr, new RegExp(`127.0.0.1:${server.port}`));
  const used = await runCommand(['serve', '--data', server.store.dataDir, '--listen', '127.0.0.1:0']);
  assert.equal(used.code, 5);
  assert.match(used.stderr, /running/);
  writeFileSync(join(folder, 'file'), '');
  const readOnly = await runCommand(['serve', '--data', join(folder, 'file', 'sub'), '--listen', '127.0.0.1:0']);
  assert.equal(readOnly.code, 7);
  const away = await runCommand([
    'serve', '--data', folder, '--db', 'postgres://nobody@127.0.0.1:1/none', '--listen', '127.0.0.1:0',
  ]);
  assert.equal(away.code, 7);
  assert.match(away.stderr, /database/i);
  rmSync(folder, {recursive: true, force: true});
  await server.stop();
});

test('a store of a newer program is refused in words, and left as it is', async () => {
  const store = await newStore('postgres'); // where another program can write one in
  await (await startServer({store})).stop();
  const sql = async text => (await startPostgres()).query(new URL(store.dbUrl).pathname.slice(1), text);
  await sql("INSERT INTO schema_migration (feature, number, name, checksum, applied_ms)"
    + " VALUES ('order', 9999, '9999_later', 'x', 1)");
  const before = await sql('SELECT COUNT(*) FROM schema_migration');
  for (const command of ['serve', 'migrate', 'verify']) {
    const answer = await runCommand([command, ...store.args, ...(command === 'serve' ? ['--listen', '127.0.0.1:0'] : [])]);
    assert.equal(answer.code, 5, `${command}: ${answer.stdout}${answer.stderr}`);
    assert.match(answer.stderr, /newer version of this program/, command);
  }
  assert.equal(await sql('SELECT COUNT(*) FROM schema_migration'), before);
  await sql("DELETE FROM schema_migration WHERE number = 9999");
  await (await startServer({store})).stop();
  store.remove();
});

test('verify finds nothing on a new store', async () => {
  const store = await newStore();
  const server = await startServer({store});
  await server.stop();
  const {code, stdout} = await runCommand(['verify', ...store.args]);
  assert.equal(code, 0, stdout);
  assert.match(stdout, /^0 violations$/m);
  store.remove();
});

test('backup beside a running server, restore without it', async () => {
  const store = await newStore('sqlite');
  const backup = join(mkdtempSync(join(tmpdir(), 'millpond-backup-')), 'copy');
  const server = await startServer({store});
  assert.equal((await runCommand(['backup', '--data', store.dataDir, backup])).code, 0);
  assert.ok(existsSync(join(backup, 'millpond.db')));
  assert.equal(statSync(join(backup, 'keys', 'master')).mode & 0o777, 0o600);
  const refused = await runCommand(['restore', '--data', store.dataDir, '--force', backup]);
  assert.equal(refused.code, 5);
  assert.match(refused.stderr, /running/);
  await server.kill9(); // leaves a WAL that belongs to the database being replaced
  await until('the lock', async () =>
    (await runCommand(['restore', '--data', store.dataDir, backup])).stderr.includes('--force'),
  );
  assert.equal((await runCommand(['restore', '--data', store.dataDir, '--force', backup])).code, 0);
  assert.ok(!existsSync(join(store.dataDir, 'millpond.db-wal')));
  const again = await startServer({store});
  await again.stop();
  assert.equal((await runCommand(['verify', ...store.args])).code, 0);
  store.remove();
  rmSync(join(backup, '..'), {recursive: true, force: true});
});

test('backup of a PostgreSQL store beside a running server, restore into an empty database', async () => {
  const pond = await openPond({store: await newStore('postgres')});
  const folder = mkdtempSync(join(tmpdir(), 'millpond-backup-'));
  const copy = join(folder, 'copy');
  const made = await runCommand(['backup', ...pond.store.args, copy]);
  assert.equal(made.code, 0, made.stderr);
  assert.ok(statSync(join(copy, 'millpond.dump')).size > 10_000);
  assert.equal(statSync(join(copy, 'keys', 'master')).mode & 0o777, 0o600);
  const twice = await runCommand(['backup', ...pond.store.args, copy]);
  assert.equal(twice.code, 7);
  assert.ok(existsSync(join(copy, 'millpond.dump'))); // the first one is left alone

  const fresh = await newStore('postgres');
  const used = await runCommand(['restore', '--data', fresh.dataDir, '--db', pond.store.dbUrl, copy]);
  assert.equal(used.code, 5);
  assert.match(used.stderr, /empty/);
  const other = await runCommand(['restore', '--data', fresh.dataDir, copy]);
  assert.match(other.stderr, /--db/);
  const restored = await runCommand(['restore', '--force', ...fresh.args, copy]);
  assert.equal(restored.code, 0, restored.stderr);
  const verified = await runCommand(['verify', ...fresh.args]);
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  const server = await startServer({store: fresh});
  const shown = await server.client().api('GET', '/api/v1/shops/reef/products');
  assert.deepEqual(shown.json().items.map(product => product.id), [pond.product.id]);
  const mara = await server.client().api('GET', '/api/v1/me', undefined, {authorization: `Bearer ${pond.merchantToken}`});
  assert.equal(mara.json().name, 'Mara');
  await server.stop();
  fresh.remove();
  await pond.close();
  rmSync(folder, {recursive: true, force: true});
});

test('a backup that cannot be made leaves no folder that looks like one', async () => {
  const store = await newStore('postgres');
  await (await startServer({store})).stop();
  const folder = mkdtempSync(join(tmpdir(), 'millpond-backup-'));
  const hide = 'mount --bind /dev/null /usr/bin/pg_dump && exec "$0" "$@"'; // as if it were not installed
  const unshare = process.getuid() === 0 ? ['-m'] : ['-rm'];
  const result = spawnSync(
    'unshare',
    [...unshare, 'sh', '-c', hide, binary, 'backup', ...store.args, join(folder, 'copy')],
    {encoding: 'utf8'},
  );
  assert.equal(result.status, 7, result.stderr);
  assert.match(result.stderr, /pg_dump is not installed/);
  assert.ok(!existsSync(join(folder, 'copy')));
  store.remove();
  rmSync(folder, {recursive: true, force: true});
});
