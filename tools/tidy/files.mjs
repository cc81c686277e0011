// What the rules look at: every file of the repository with its lines, for C also without comments
// and texts.
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

const isText = path =>
  /\.(c|h|mjs|js|sql|html|css|txt|md|sh|list|json|build|svg|toml|yml)$|Makefile$|meson_options/.test(path);

// C source with comments blanked (code) and with string contents blanked too (bare); lines stay in place.
export function stripC(source) {
  const token = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;
  const blank = text => text.replace(/[^\n]/g, ' ');
  const code = source.replace(token, text => (text[0] === '/' ? blank(text) : text));
  const bare = source.replace(token, text =>
    (text[0] === '/' ? blank(text) : text[0] + ' '.repeat(text.length - 2) + text[0]));
  return {code, bare};
}

// src/features/order/order_rules.c -> {layer: 'features', unit: 'order'}; src/base/str.c -> {layer: 'base', unit: 'base'}
function placeOf(path) {
  const parts = path.split('/');
  if (parts[0] === 'web') return {layer: 'page', unit: 'page'};
  if (parts[0] !== 'src' || parts.length < 3) return {layer: null, unit: null};
  const nested = ['features', 'adapters'].includes(parts[1]);
  return {layer: parts[1], unit: nested ? parts[2] : parts[1]};
}

export function readFiles(root, paths) {
  return paths.filter(isText).filter(path => path !== 'package-lock.json').map(path => {
    const source = readFileSync(join(root, path), 'utf8');
    const isC = /\.[ch]$/.test(path);
    return {
      path, source, isC, ...placeOf(path),
      isTest: /(^|\/)tests\//.test(path),
      lines: source.split('\n'),
      ...(isC ? stripC(source) : {code: source, bare: source}),
    };
  });
}

export function readAllow(path) {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8').split('\n').map((text, index) => ({text: text.trim(), line: index + 1}))
    .filter(({text}) => text !== '' && !text.startsWith('#'))
    .map(({text, line}) => {
      const [rule, file, ...reason] = text.split(/\s+/);
      return {rule, path: file, reason: reason.join(' '), line};
    });
}

// All matches of a pattern as findings; `text` may be a function of the match.
export function findAll(file, pattern, text, source = file.code) {
  return [...source.matchAll(pattern)].map(match => ({
    path: file.path,
    line: source.slice(0, match.index).split('\n').length,
    text: typeof text === 'function' ? text(match) : text,
  }));
}
