// The Debian package and its unit: what is in it, how far it is shut in, and that the program runs from it.
import test from 'node:test';
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {binary, startServer} from '../lib/server.mjs';

const root = resolve(dirname(new URL(import.meta.url).pathname), '../..');
const run = (program, ...args) => {
  const {status, stdout, stderr, error} = spawnSync(program, args, {encoding: 'utf8', cwd: root});
  assert.equal(status, 0, `${program} ${args.join(' ')}: ${error ?? stderr}`);
  return stdout;
};

test('the unit is shut in: at most 1.5 of 10 by systemd-analyze', context => {
  const {stdout} = spawnSync('systemd-analyze', ['security', '--offline=true', 'packaging/millpond.service'], {
    encoding: 'utf8',
    cwd: root,
  });
  const score = Number(/Overall exposure level for millpond\.service: ([\d.]+)/.exec(stdout)?.[1]);
  context.diagnostic(`systemd-analyze security: ${score}`);
  assert.ok(score <= 1.5, `score ${score}`);
});

test('the package holds program, unit and settings, and what it needs by name', async () => {
  const box = mkdtempSync(join(tmpdir(), 'millpond-deb-'));
  const deb = run('scripts/deb.sh', dirname(resolve(binary)), '-Zgzip', '-z1').trim(); // packed small takes long
  assert.match(deb, /millpond_\d+\.\d+\.\d+_\w+\.deb$/);
  const listed = run('dpkg-deb', '--contents', deb);
  for (const path of [
    '/usr/bin/millpond', '/usr/bin/millpond-media', '/usr/lib/systemd/system/millpond.service', '/etc/default/millpond',
    '/usr/share/doc/millpond/OPERATING.md', '/usr/share/doc/millpond/examples/ports.conf',
    '/usr/share/doc/millpond/copyright',
  ])
    assert.ok(listed.includes(` .${path}\n`), path);
  assert.doesNotMatch(listed, /^\S+ (?!root\/root)/m, 'all belongs to root');
  const depends = run('dpkg-deb', '--field', resolve(root, deb), 'Depends');
  for (const name of ['libc6', 'libssl3', 'libpq5', 'libvips42', 'adduser'])
    assert.match(depends, new RegExp(`(^|, )${name}\\b`), depends);
  assert.equal(run('dpkg-deb', '--info', deb, 'conffiles'), '/etc/default/millpond\n');

  run('dpkg-deb', '--raw-extract', deb, join(box, 'tree'));
  for (const script of ['postinst', 'prerm', 'postrm']) {
    run('sh', '-n', join(box, 'tree/DEBIAN', script));
    assert.equal(statSync(join(box, 'tree/DEBIAN', script)).mode & 0o777, 0o755);
  }
  for (const line of readFileSync(join(box, 'tree/etc/default/millpond'), 'utf8').split('\n'))
    assert.match(line, /^$|^#|^MILLPOND_[A-Z_]+=\S*$/);
  const server = await startServer({bin: join(box, 'tree/usr/bin/millpond')});
  assert.equal((await (await fetch(`${server.url}/healthz`)).json()).status, 'ok');
  const doctor = spawnSync(join(box, 'tree/usr/bin/millpond'), ['doctor', '--json', ...server.store.args], {
    encoding: 'utf8',
  });
  assert.notEqual(JSON.parse(doctor.stdout).find(row => row.check === 'photos').state, 'bad', doctor.stdout);
  await server.stop();
  assert.ok(!existsSync(join(box, 'tree/var')), 'the data folder is made by postinst');
  rmSync(box, {recursive: true});
});
