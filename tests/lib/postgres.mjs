// A PostgreSQL cluster of the tests' own: made with initdb in a temporary folder, on a free port of
// 127.0.0.1, durable (fsync on) like a real one. The runner starts one for the whole run and tells
// suites about it in MILLPOND_TEST_PG_SERVER; a suite started by hand starts its own.
import {execFile, execFileSync, spawn} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {chownSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {promisify} from 'node:util';

const run = promisify(execFile);
const READY_MS = 60_000;

function binFolder() {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).map(Number).filter(Boolean).sort((a, b) => b - a) : [];
  if (versions.length === 0) throw new Error('no PostgreSQL server in /usr/lib/postgresql; run scripts/setup-test.sh');
  return join(root, String(versions[0]), 'bin');
}

// PostgreSQL refuses to run as root: then it runs as the user that its package made.
function unprivileged() {
  if (process.getuid() !== 0) return {};
  const id = flag => Number(execFileSync('id', [flag, 'postgres']));
  return {uid: id('-u'), gid: id('-g')};
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject).listen(0, '127.0.0.1', () => {
      const {port} = server.address();
      server.close(() => resolve(port));
    });
  });
}

function handle(port, stop) {
  const url = name => `postgresql://postgres@127.0.0.1:${port}/${name}`;
  const query = async (database, sql) =>
    (await run(join(binFolder(), 'psql'), ['-XAtq', '-v', 'ON_ERROR_STOP=1', url(database), '-c', sql])).stdout.trim();
  return {
    port,
    url,
    query,
    // A fresh, empty database; resolves to its URL.
    async createDatabase() {
      const name = `test_${randomBytes(6).toString('hex')}`;
      await query('postgres', `CREATE DATABASE ${name}`);
      return url(name);
    },
    stop,
  };
}

async function startCluster() {
  const bin = binFolder();
  const who = unprivileged();
  const folder = mkdtempSync(join(tmpdir(), 'millpond-pg-'));
  if (who.uid) chownSync(folder, who.uid, who.gid);
  const data = join(folder, 'data');
  await run(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '--encoding=UTF8', '--locale=C.UTF-8',
    '--no-instructions'], {...who, cwd: folder});
  const port = await freePort();
  const log = join(folder, 'log');
  let child, gone;
  async function start() {
    child = spawn(join(bin, 'postgres'), ['-D', data, '-k', folder, '-h', '127.0.0.1', '-p', String(port),
      '-c', 'max_connections=200', '-c', 'log_min_messages=warning'],
    {...who, cwd: folder, detached: true, stdio: ['ignore', openSync(log, 'a'), openSync(log, 'a')]});
    gone = new Promise(resolve => child.on('exit', resolve));
    child.unref(); // a file of tests that was started by hand ends, and the cluster with it
    for (const deadline = Date.now() + READY_MS; ;) {
      try {
        return await cluster.query('postgres', 'SELECT 1');
      } catch (error) {
        if (child.exitCode !== null || Date.now() > deadline) {
          throw new Error(`PostgreSQL did not start: ${error.message}\n${readFileSync(log, 'utf8')}`);
        }
        await delay(50);
      }
    }
  }
  const killAtExit = () => {
    child.kill('SIGQUIT');
    rmSync(folder, {recursive: true, force: true, maxRetries: 5});
  };
  process.on('exit', killAtExit);
  const cluster = handle(port, async () => {
    process.off('exit', killAtExit);
    child.ref();
    child.kill('SIGINT'); // fast shutdown
    await gone;
    rmSync(folder, {recursive: true, force: true});
  });
  cluster.start = start; // again, after kill9: on the same port and data
  cluster.kill9 = async () => {
    process.kill(-child.pid, 'SIGKILL'); // the postmaster and all of its processes
    await gone;
  };
  await start();
  return cluster;
}

// A cluster of the caller's own, which may be killed (kill9) and started again (start).
export const startOwnPostgres = startCluster;

let shared;

// The shared cluster of this run, or one of this process's own; started once, however often it is asked for.
export function startPostgres() {
  const given = process.env.MILLPOND_TEST_PG_SERVER;
  shared ??= given ? Promise.resolve(handle(Number(given), async () => {})) : startCluster();
  return shared;
}
