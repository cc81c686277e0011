// Starts the program under test: `const server = await startServer({engine})` ... `await server.stop()`.
import {spawn} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {client} from './client.mjs';
import {startPostgres} from './postgres.mjs';

const root = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');
const START_MS = 60_000;
const STOP_MS = 30_000;
const ASK_MS = 5_000; // an answer that does not come is asked for again

export const binary = process.env.MILLPOND_BIN ?? join(root, 'build-asan/millpond');

// Which engine this run is about: the runner starts a suite once per engine.
export const engineUnderTest = process.env.MILLPOND_TEST_DB ?? 'sqlite';

// Runs a command of the program to its end: {code, stdout, stderr}.
export function runCommand(args, {env = {}, input = ''} = {}) {
  return new Promise((done, fail) => {
    const child = spawn(binary, args, {env: {...process.env, ...env}});
    let stdout = '', stderr = '';
    child.stdout.on('data', part => { stdout += part; });
    child.stderr.on('data', part => { stderr += part; });
    child.on('error', fail);
    child.on('close', code => done({code, stdout, stderr}));
    child.stdin.on('error', () => {}).end(input);
  });
}

// A data folder and, for PostgreSQL, a fresh database: {dataDir, dbUrl, args, remove()}. Give it to
// several startServer calls in turn to test what a restart keeps.
export async function newStore(engine = engineUnderTest) {
  const dataDir = mkdtempSync(join(tmpdir(), 'millpond-data-'));
  const dbUrl = engine === 'postgres' ? await (await startPostgres()).createDatabase() : null;
  const args = ['--data', dataDir, ...(dbUrl ? ['--db', dbUrl] : [])];
  return {engine, dataDir, dbUrl, args, remove: () => rmSync(dataDir, {recursive: true, force: true})};
}

// Options: engine ('sqlite' or 'postgres'; MILLPOND_TEST_DB by default), store (of newStore), args (more
// words for `serve`), env, bin, isTls. The result: {url, port, client(), log(), stop(), kill9(), store, exited}.
export async function startServer({engine = engineUnderTest, store, args = [], env = {}, bin = binary, isTls = false} = {}) {
  const own = store === undefined;
  store ??= await newStore(engine);
  const portFile = join(mkdtempSync(join(tmpdir(), 'millpond-port-')), 'port');
  // Its own process group: `serve` is a parent and a child, and kill9 means both.
  const child = spawn(bin, ['serve', ...store.args, '--listen', '127.0.0.1:0', '--port-file', portFile, ...args],
    {env: {...process.env, ...env}, detached: true, stdio: ['ignore', 'pipe', 'pipe']});
  let output = '';
  child.stdout.on('data', part => { output += part; });
  child.stderr.on('data', part => { output += part; });
  const exited = new Promise(done => child.on('close', (code, signal) => done({code, signal})));
  let over = false;
  exited.then(() => { over = true; });
  child.on('error', error => { output += error; over = true; });
  const signalGroup = signal => { try { process.kill(-child.pid, signal); } catch { /* gone already */ } };
  const killAtExit = () => { if (!over && child.pid) signalGroup('SIGKILL'); };
  process.on('exit', killAtExit);
  const finish = async () => {
    const result = await exited;
    process.off('exit', killAtExit);
    rmSync(resolve(portFile, '..'), {recursive: true, force: true});
    if (own) store.remove();
    return result;
  };

  let url;
  for (const deadline = Date.now() + START_MS; ;) {
    if (url === undefined && existsSync(portFile)) {
      const port = readFileSync(portFile, 'utf8').trim();
      if (port !== '') url = `http://127.0.0.1:${port}`;
    }
    // Behind a certificate that nobody knows only the port file tells; it is written once the server answers.
    // Not with fetch: it keeps connections, also to the server that was killed at this port before.
    const answer = url && (isTls ? {status: 200} : await client(url, {answerMs: ASK_MS}).get('/healthz').catch(() => null));
    if (answer?.status === 200) break;
    if (over || Date.now() > deadline) {
      killAtExit();
      rmSync(resolve(portFile, '..'), {recursive: true, force: true});
      throw new Error(`millpond serve did not become healthy (${bin}):\n${output}`);
    }
    await delay(20);
  }
  return {
    url,
    port: Number(new URL(url).port),
    store,
    pid: child.pid,
    exited,
    client: options => client(url, options),
    log: () => output,
    // Asks it to end and fails the test if it ends badly, sanitizer findings included.
    async stop() {
      child.kill('SIGTERM');
      const late = setTimeout(() => { output += '\n[did not stop in time]\n'; signalGroup('SIGKILL'); }, STOP_MS);
      const {code, signal} = await finish();
      clearTimeout(late);
      if (code !== 0 || /(Address|Leak|Thread)Sanitizer|runtime error:/.test(output)) {
        throw new Error(`millpond serve ended with code ${code} signal ${signal}:\n${output}`);
      }
    },
    // What a power cut does to the processes.
    async kill9() {
      signalGroup('SIGKILL');
      await finish();
    },
  };
}
