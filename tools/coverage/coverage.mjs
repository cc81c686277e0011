#!/usr/bin/env node
// coverage: which branches of the code that decides about money no test takes. Prints a line per file and a line per
// branch; ends with 1 unless every branch of every file is taken.
//
//   node tools/coverage/coverage.mjs BUILD        BUILD was configured with -Dcoverage=true -Doptimization=0
//
// The files: all `*_rules.c`, src/base/money.c and the ledger. The tests: those in C beside them; that a page or
// a scenario passes by is no proof of a rule. Nothing is left out: a branch that cannot be taken has no reason to stand.
import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync, readdirSync, rmSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {startPostgres} from '../../tests/lib/postgres.mjs';
import {branchesOf} from './gcov.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const build = resolve(root, process.argv[2] ?? 'build-coverage');
const isJudged = path => path === 'src/base/money.c' || /^src\/.*_rules\.c$/.test(path) ||
  /^src\/features\/ledger\/\w+\.c$/.test(path);

const below = (folder, fits) => readdirSync(folder, {withFileTypes: true}).flatMap(entry => {
  const path = join(folder, entry.name);
  if (entry.isDirectory()) return below(path, fits);
  return fits(path) ? [path] : [];
});
const run = (program, args, env) => spawnSync(program, args, {cwd: root, encoding: 'utf8', maxBuffer: 1 << 28,
  env: {...process.env, ...env}});
const fail = words => { console.log(`coverage: ${words}`); process.exit(1); };

const judged = below(join(root, 'src'), path => path.endsWith('.c'))
  .map(path => path.slice(root.length + 1))
  .filter(path => !path.includes('/tests/') && isJudged(path)).sort();
const targets = JSON.parse(readFileSync(join(build, 'meson-info/intro-targets.json'), 'utf8'));
const tests = targets.filter(({type, name}) => type === 'executable' && /_test_/.test(name)).map(target => ({
  path: target.filename[0], source: target.target_sources[0].sources[0].slice(root.length + 1)}))
  .filter(({source}) => judged.some(path => dirname(dirname(source)) === dirname(path)));

// Some tests start the program's own helpers.
const programs = targets.filter(({type, name}) => type === 'executable' && name.startsWith('millpond'))
  .map(({filename}) => ({path: filename[0]}));
const built = run('ninja', ['-C', build, ...[...tests, ...programs].map(({path}) => path.slice(build.length + 1))]);
if (built.status !== 0) fail(`the tests do not build:\n${built.stdout}`);
for (const path of below(build, path => path.endsWith('.gcda'))) rmSync(path);
const cluster = await startPostgres();
for (const {path} of tests) {
  const {status, stdout, stderr} = run(path, [], {MILLPOND_TEST_PG: await cluster.createDatabase()});
  if (status !== 0) fail(`${path} failed:\n${stdout}${stderr}`);
}

await cluster.stop();

const notes = below(build, path => path.endsWith('.gcno'));
const objectOf = path => notes.find(note => note.endsWith(`/${path.replaceAll('/', '_')}.gcno`)) ??
  fail(`no object of ${path} below ${build}`);
let missed = 0;
for (const path of judged) {
  const object = objectOf(path);
  const found = existsSync(object.replace(/gcno$/, 'gcda')) ? branchesOf(object, path) : fail(`no test runs ${path}`);
  const percent = found.all === 0 ? 100 : Math.floor((found.taken * 1000) / found.all) / 10;
  console.log(`${percent.toFixed(1).padStart(5)} %  ${found.taken} of ${found.all} branches  ${path}`);
  const source = readFileSync(join(root, path), 'utf8').split('\n');
  for (const {line, what} of found.missed) console.log(`  ${path}:${line}: ${what}: ${source[line - 1].trim()}`);
  missed += found.missed.length;
}
console.log(missed === 0 ? `coverage: every branch of ${judged.length} files is taken`
  : `coverage: ${missed} branches or lines without a test`);
process.exitCode = missed === 0 ? 0 : 1;
