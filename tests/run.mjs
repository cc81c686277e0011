#!/usr/bin/env node
// Runs every test and counts every case. The last line is exactly "N passed, N failed".
//
//   node tests/run.mjs [--build build-asan] [--jobs 3] [--limit 600] [PART OF A SUITE'S NAME...]
//
// Suites, found by listing: `check_*` (a layer linked with only what it may know), C test programs
// (cmocka), fuzz targets over their corpora, tools/tidy, and node:test files. A suite that runs no
// test, ends badly, skips or takes longer than its limit has failed.
//
// The long suites begin first, so that the lanes end together. Temporary files (stores, browsers, PostgreSQL) are in memory
// where that is big enough: what a disk may do is told by tests/crash, not by waiting for one.
//
// A node:test file under tests/api runs once per engine (MILLPOND_TEST_DB = sqlite, then postgres);
// elsewhere once on SQLite; a comment that ends with `engines: sqlite postgres` says otherwise.
import {spawn} from 'node:child_process';
import {chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, statfsSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {startPostgres} from './lib/postgres.mjs';
import {readTap} from './lib/tap.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const words = process.argv.slice(2);
const option = (name, fallback) => {
  const at = words.indexOf(name);
  return at < 0 ? fallback : words.splice(at, 2)[1];
};
const build = resolve(root, option('--build', 'build-asan'));
const jobs = Number(option('--jobs', 3));
const SUITE_LIMIT_MS = Number(option('--limit', 600)) * 1000;
const sanitizers = {
  ASAN_OPTIONS: 'detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1:check_initialization_order=1',
  UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
  LSAN_OPTIONS: 'print_suppressions=0',
};

function filesBelow(folder, fits) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, {withFileTypes: true}).sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap(entry => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(path, fits);
    return fits(path) ? [path] : [];
  });
}

// Suites that take longer than half a minute, the longest first.
const LONG = ['tests/web/quality', 'tests/e2e/hostile_text', 'crash_test_power', 'tests/web/crawl', 'tests/web/pages',
  'src/features/demo/tests/demo', 'features_demo_test_alive', 'src/features/social/tests/social_browser', 'tests/web/shared',
  'tests/api/abuse', 'sim_test_sim', 'tests/api/disk', 'src/adapters/telegram', 'tests/api/program', 'tests/packaging',
  'features_flow_test_flow', 'tests/crash', 'features_order_test_pay', 'src/features/chat', 'src/features/signin',
  'features_signin_test_login', 'tests/e2e', 'crash_test_faults', 'src/features/catalog', 'tests/api'];
const rank = ({name}) => {
  const at = LONG.findIndex(start => name.startsWith(start));
  return at < 0 ? LONG.length : at;
};

const MEMORY = '/dev/shm';
const MEMORY_LEAST = 3 * 2 ** 30;
function temporaryFolder() {
  const room = existsSync(MEMORY) ? statfsSync(MEMORY) : {bavail: 0, bsize: 0};
  const folder = mkdtempSync(join(room.bavail * room.bsize >= MEMORY_LEAST ? MEMORY : tmpdir(), 'millpond-run-'));
  chmodSync(folder, 0o755); // PostgreSQL may run as another user
  process.on('exit', () => rmSync(folder, {recursive: true, force: true, maxRetries: 5}));
  return folder;
}

// Seconds of CPU that ended children took, with all that they waited for.
let lastCpu = 0;
function takeCpu() {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  const all = (Number(fields[13]) + Number(fields[14])) / 100, mine = all - lastCpu;
  lastCpu = all;
  return mine;
}

// Each suite has a process group of its own, which ends with it, or with the runner.
const groups = new Set();
const endGroup = pid => { try { process.kill(-pid, 'SIGKILL'); } catch { /* it has ended */ } };
process.on('exit', () => groups.forEach(endGroup));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

function run(command, args, env) {
  return new Promise(done => {
    const child = spawn(command, args, {cwd: root, env: {...process.env, ...env}, detached: true});
    groups.add(child.pid);
    let output = '';
    let stdout = '';
    child.stdout.on('data', part => { stdout += part; output += part; });
    child.stderr.on('data', part => { output += part; });
    const late = setTimeout(() => {
      output += `\nstopped: longer than ${SUITE_LIMIT_MS / 1000} s\n`;
      endGroup(child.pid);
    }, SUITE_LIMIT_MS);
    child.on('error', error => { clearTimeout(late); done({code: 127, output: output + error, stdout}); });
    let cpu = 0;
    child.on('exit', () => { cpu = takeCpu(); });
    child.on('close', (code, signal) => {
      clearTimeout(late);
      groups.delete(child.pid);
      done({code: code ?? signal, output, stdout, cpu});
    });
  });
}

// Programs of the build folder, as Meson knows them: [{name, path, source}].
function programs() {
  const info = join(build, 'meson-info/intro-targets.json');
  if (!existsSync(info)) return [];
  return JSON.parse(readFileSync(info, 'utf8')).filter(target => target.type === 'executable').map(target => ({
    name: target.name, path: target.filename[0], source: target.target_sources[0]?.sources?.[0] ?? ''}));
}

// `make` built everything before; here only to learn what did not, for an older program may still lie
// there: {program or object that failed: what the compiler or linker said}.
async function brokenBuilds() {
  const {code, output} = await run('ninja', ['-C', build, '-k', '0', 'checks', 'tests']);
  const pieces = output.split(/^(?=FAILED: |\[\d+\/\d+\] |ninja: )/m).filter(piece => piece.startsWith('FAILED: '));
  const broken = new Map(pieces.map(piece => [piece.match(/^FAILED: (\S+)/)[1], piece]));
  if (code !== 0 && broken.size === 0) broken.set('ninja', output);
  return broken;
}

// Link checks that fail are told as such; everything else that does not build is one failure each.
function buildSuites(broken) {
  const failures = [...broken.keys()].filter(name => !/^check_\w+$/.test(name));
  const output = failures.map(name => broken.get(name)).join('');
  return failures.length === 0
    ? []
    : [{name: 'build', run: async () => ({passed: 0, failed: failures.length, failures, output})}];
}

// Some suites run once more with every write command run twice (src/db/db_rehearse.c): C tests compare the two runs,
// whose clock stands still; a server only runs both.
const REHEARSED = new RegExp('^core_test_(event|guard|keep|once|web)$|' +
  '^features_(chat|social|signin|order|flow|stock|ledger|identity)_test');
const rehearsal = MILLPOND_REHEARSE => ({suffix: ', rehearsed', env: {MILLPOND_REHEARSE}});
const usual = {suffix: '', env: {}};

const isFile = path => existsSync(path) && statSync(path).isFile();

function checkSuites(all, broken) {
  return all.filter(program => program.name.startsWith('check_')).map(({name}) => ({name, async run() {
    const output = broken.get(name);
    const failures = output === undefined ? [] : [`${name}: it calls what its layer may not know`];
    return {passed: 1 - failures.length, failed: failures.length, failures, output};
  }}));
}

function judge({code, output, stdout, cpu}) {
  const found = readTap(stdout);
  if (found.passed + found.failed === 0) { found.failed++; found.failures.push('it ran no test'); }
  if (code !== 0 && found.failed === 0) { found.failed++; found.failures.push(`it ended with ${code}`); }
  return {...found, output, cpu};
}

function cSuites(all, postgres, {suffix, env} = usual) {
  return all
    .filter(({name}) => /(^|_)test_/.test(name) && !name.startsWith('check_'))
    .map(({name, path, source}) => ({
      name: name + suffix,
      async run() {
        if (!isFile(path)) return {passed: 0, failed: 1, failures: [`${name} was not built`], output: ''};
        const folder = dirname(source);
        const asks = filesBelow(folder, file => /\.[ch]$/.test(file)).some(file =>
          readFileSync(file, 'utf8').match(/MILLPOND_TEST_PG|DB_POSTGRES|ON_BOTH/),
        );
        const url = asks ? {MILLPOND_TEST_PG: await (await postgres()).createDatabase()} : {};
        return judge(await run(path, [], {...sanitizers, ...url, ...env, CMOCKA_MESSAGE_OUTPUT: 'TAP'}));
      },
    }));
}

function fuzzSuites(all) {
  return all
    .filter(({name}) => name.startsWith('fuzz_'))
    .map(({name, path, source}) => ({
      name: `${name} (corpus)`,
      run: async () =>
        judge(
          await run(
            path,
            filesBelow(join(dirname(source), 'corpus', name.slice('fuzz_'.length)), () => true),
            sanitizers,
          ),
        ),
    }));
}

const scenarios = () => ['src', 'tests', 'tools', 'web'].flatMap(folder =>
  filesBelow(join(root, folder), path => path.endsWith('.test.mjs')));

function nodeSuites(files, postgres, {suffix, env} = usual) {
  return files.flatMap(path => {
    const asked = readFileSync(path, 'utf8').match(/^\/\/.*\bengines: (.*)$/m)?.[1].trim().split(/[\s,]+/);
    const engines = asked ?? (path.startsWith(join(root, 'tests/api/')) ? ['sqlite', 'postgres'] : ['sqlite']);
    const name = path.slice(root.length + 1);
    return engines.map(engine => ({name: (engines.length > 1 ? `${name} (${engine})` : name) + suffix, async run() {
      const server = {MILLPOND_TEST_PG_SERVER: String((await postgres()).port)};
      const binary = process.env.MILLPOND_BIN ?? join(build, 'millpond');
      return judge(await run(process.execPath, ['--test-reporter=tap', path],
        {...sanitizers, ...server, ...env, MILLPOND_TEST_DB: engine, MILLPOND_BIN: binary}));
    }}));
  });
}

const tidy = {name: 'tidy', run: async () => judge(await run(process.execPath, ['tools/tidy/tidy.mjs', '--build', build]))};

async function main() {
  process.env.TMPDIR = temporaryFolder();
  const all = programs();
  let cluster = null;
  const postgres = () => (cluster ??= startPostgres());
  const unbuilt = await brokenBuilds();
  const twice = all.filter(({name}) => REHEARSED.test(name));
  const suites = [tidy, ...checkSuites(all, unbuilt), ...cSuites(all, postgres), ...fuzzSuites(all),
    ...nodeSuites(scenarios(), postgres), ...cSuites(twice, postgres, rehearsal('compare')),
    ...nodeSuites([join(root, 'tests/api/wheel.test.mjs')], postgres, rehearsal('run'))]
    .filter(({name}) => words.length === 0 || words.some(word => name.includes(word)));
  suites.unshift(...buildSuites(unbuilt));
  const total = {passed: 0, failed: 0};
  const broken = [];
  if (suites.length === 0) { total.failed++; console.log(`no suite is called ${words.join(' or ')}`); }
  const queue = [...suites].sort((one, other) => rank(one) - rank(other));
  let done = 0;
  const worker = async () => {
    for (let suite; (suite = queue.shift());) {
      const began = process.hrtime.bigint();
      const result = await suite.run().catch(error =>
        ({passed: 0, failed: 1, failures: [error.message], output: error.stack}));
      const seconds = (Number(process.hrtime.bigint() - began) / 1e9).toFixed(1);
      total.passed += result.passed;
      total.failed += result.failed;
      if (result.failed > 0) broken.push({suite, result});
      const verdict = result.failed > 0 ? `FAILED ${result.failed}, passed ${result.passed}` : `${result.passed} passed`;
      const cpu = result.cpu === undefined ? '' : `, ${result.cpu.toFixed(1)} of CPU`;
      console.log(`[${String(++done).padStart(3)}/${suites.length}] ${suite.name}: ${verdict} (${seconds} s${cpu})`);
    }
  };
  await Promise.all(Array.from({length: jobs}, worker));
  if (cluster) await cluster.then(server => server.stop(), () => {});
  for (const {suite, result} of broken) {
    console.log(`\n===== ${suite.name}\n${result.output.trimEnd()}\n----- failed in ${suite.name}:`);
    for (const failure of result.failures) console.log(`  ${failure}`);
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

await main();
