#!/usr/bin/env node
// tidy: the rules of the house that a machine can check, as a test. Prints TAP, one line per rule.
//
//   node tools/tidy/tidy.mjs [--build build-asan] [ROOT]
//
// Exceptions stand in tools/tidy/allow.txt, one per line: rule, path, reason; one that nothing needs is
// itself a finding. Not its duty: what the compiler, sqlgen, tplc, textgen or the check_* programs refuse.
import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {readAllow, readFiles} from './files.mjs';
import {rules} from './rules.mjs';

const words = process.argv.slice(2);
const at = words.indexOf('--build');
const build = at < 0 ? 'build' : words.splice(at, 2)[1];
const root = resolve(words[0] ?? join(dirname(fileURLToPath(import.meta.url)), '../..'));

const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
  {cwd: root, encoding: 'utf8', maxBuffer: 1 << 26}).split('\0').filter(path => path && existsSync(join(root, path)));
const files = readFiles(root, listed);
const allow = readAllow(join(root, 'tools/tidy/allow.txt'));
const project = {root, build: resolve(root, build), files, read: path => readFileSync(join(root, path), 'utf8')};

const covers = (pattern, path) => (pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern);
const unused = new Set(allow);
let number = 0;
let failed = 0;
function report(name, findings) {
  failed += findings.length > 0 ? 1 : 0;
  console.log(`${findings.length > 0 ? 'not ok' : 'ok'} ${++number} - ${name}`);
  for (const finding of findings) console.log(`# ${finding}`);
}

console.log(`1..${rules.length + 1}`);
for (const rule of rules) {
  const findings = [];
  for (const {path, line, text} of await rule.find(project)) {
    const exception = allow.find(entry => entry.rule === rule.name && covers(entry.path, path));
    if (exception) unused.delete(exception);
    else findings.push(`${path}${line ? `:${line}` : ''}: ${text}`);
  }
  report(`${rule.name}: ${rule.says}`, findings);
}
report('allow: every exception is needed and has a reason', [
  ...[...unused].map(entry => `tools/tidy/allow.txt:${entry.line}: nothing needs this exception any more`),
  ...allow.filter(entry => entry.reason === '').map(entry => `tools/tidy/allow.txt:${entry.line}: no reason given`)]);
process.exitCode = failed > 0 ? 1 : 0;
