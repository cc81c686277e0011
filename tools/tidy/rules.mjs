// The rules. Each: name (used in allow.txt), says (one sentence), find(project) -> [{path, line, text}].
import {layering} from './layers.mjs';
import {findAll} from './files.mjs';
import {headersCompile} from './headers.mjs';

const C_COLUMNS = 100;
const JS_COLUMNS = 125;
const FILE_LINES = 500;
const FUNCTION_LINES = 70;

const each = (fits, find) => ({files}) => files.filter(fits).flatMap(find);
const isProductC = file => file.isC && file.path.startsWith('src/') && !file.isTest;
const isTestCode = file => file.isTest && /(test_[^/]*\.c|\.test\.mjs)$/.test(file.path);
const isOurText = file => !file.path.startsWith('tools/tidy/');

const longLines = each(file => /\.(c|h|sql|mjs|js)$/.test(file.path), file => {
  const limit = /\.m?js$/.test(file.path) ? JS_COLUMNS : C_COLUMNS;
  return file.lines.flatMap((line, index) => ([...line].length > limit
    ? [{path: file.path, line: index + 1, text: `${[...line].length} columns, at most ${limit}`}] : []));
});

const longFiles = each(file => /\.(c|h|sql|mjs|js)$/.test(file.path), file =>
  (file.lines.length - 1 > FILE_LINES
    ? [{path: file.path, text: `${file.lines.length - 1} lines; split it by responsibility`}] : []));

// House style puts a function's braces alone at the start of a line, and no other's.
const longFunctions = each(file => file.isC, file => file.lines.flatMap((line, index) => {
  if (line !== '{') return [];
  const length = file.lines.indexOf('}', index) - index + 1;
  const head = file.lines.slice(Math.max(0, index - 4), index).join(' ');
  const name = head.match(/(\w+)\([^()]*(?:\([^()]*\)[^()]*)*\)\s*$/)?.[1] ?? 'a function';
  return length > FUNCTION_LINES ? [{path: file.path, line: index, text: `${name} has ${length} lines`}] : [];
}));

const unfinished = each(isOurText, file => findAll(file,
  /\b(TODO|FIXME|HACK)\b|(?<!["'])\bXXX\b|\bnot (yet )?implemented\b|\bfor now\b/gi,
  match => `"${match[0]}": finish it, or open an issue`, file.source)
  .filter(({text}) => !/"(hack|xxx|todo)"/.test(text)));

const machine = each(isOurText, file => findAll(file, /\/work\/|\bregistry\.npm|SPDX-/g,
  match => `"${match[0]}": no path of a machine, no registry's name, no licence line`, file.source));

const sqlInC = each(file => isProductC(file), file => findAll(file,
  /"\s*(SELECT\s|INSERT INTO|UPDATE\s+\w+\s+SET|DELETE FROM|CREATE (TABLE|INDEX|UNIQUE)|WITH \w+ AS)/g,
  'SQL belongs in a .sql file'));

const rawMemory = each(file => isProductC(file) && !['base', 'sys', 'db', 'http', 'media'].includes(file.layer),
  file => findAll(file, /(?<![\w.>])(malloc|calloc|realloc|reallocarray|free|strdup|strndup|asprintf)\s*\(/g,
    match => `${match[1]}: memory comes from an arena`, file.bare));

const html = each(file => isProductC(file) && !/^src\/http\/html/.test(file.path), file => findAll(file,
  /"[^"\n]*<\/?(a|b|br|div|p|span|form|input|button|ul|li|table|tr|td|h[1-6]|img|script|body|html)\b[^"\n]*"/g,
  'HTML belongs in a template'));

const outside = each(file => isProductC(file) && file.layer !== 'sys' && file.layer !== 'media', file => findAll(file,
  /\b(clock_gettime|gettimeofday|time\s*\(\s*NULL|getrandom|randombytes_\w+|arc4random\w*|getenv)\b/g,
  match => `${match[1]}: time, randomness and environment come as parameters`, file.bare)
  .filter(({path, text}) => !(text.startsWith('getenv') && path.startsWith('src/app/'))));

const weak = [/\b(usleep|nanosleep|sleep|setTimeout|skip)\s*\(/, /\.(skip|only|todo)\b/, /\b(skip|todo|only):/,
  /assert_true\((1|true)\)/, /assert(\.ok)?\((1|true)\)/].map(pattern => pattern.source).join('|');
const weakTests = each(isTestCode, file => findAll(file, new RegExp(weak, 'g'),
  match => `"${match[0]}": a test waits for what it tests, never skips, and can fail`));

// Keys that C code names exist in a catalogue; each missing one is told once. Not those of our own
// mistakes (ERR_BUG), which nobody reads; those of templates are checked by tplc.
const textKeys = project => {
  const catalogue = project.files.filter(file => /\/texts\/en\.txt$/.test(file.path));
  if (catalogue.length === 0) return [];
  const known = new Set(catalogue.flatMap(file => file.lines.map(line => line.match(/^([\w.]+)\s*=/)?.[1])));
  return project.files.filter(isProductC).flatMap(file =>
    findAll(file, /\bERR\(\s*[^,]+,\s*(?!ERR_BUG)\w+,\s*"([^"]*)"/g, match => match[1])
      .concat(findAll(file, /\.text_key\s*=\s*"([^"]*)"/g, match => match[1])))
    .filter(({text}) => !known.has(text) && !known.has(`${text}.other`) && known.add(text))
    .map(found => ({...found, text: `no text for the key "${found.text}"`}));
};

// A page is shown while it still arrives: what a stylesheet puts before its predecessors pushes them away under the
// reader's finger.
const reordered = each(file => /\.css$/.test(file.path), file => findAll(file,
  /[{;\s](order\s*:\s*-?\d+|flex-direction:\s*row-reverse|flex-wrap:\s*wrap-reverse)/g,
  match => `"${match[1]}": the order on the page is the order in the template`, file.source));

// Paths that pages of documentation name in backquotes exist.
const docNames = project => {
  const known = new Set(project.files.map(file => file.path));
  const folders = new Set([...known].flatMap(path => path.split('/').map((_, i, all) => all.slice(0, i).join('/'))));
  return project.files.filter(file => /\.md$/.test(file.path)).flatMap(file =>
    findAll(file, /`((?:src|web|tests|tools|scripts|docs|refdata)\/[\w./-]*\w\/?)`/g, match => match[1], file.source)
      .filter(({text}) => !known.has(text) && !folders.has(text.replace(/\/$/, '')))
      .map(found => ({...found, text: `names ${found.text}, which does not exist`})));
};

export const rules = [
  {name: 'layers', says: 'a file includes only what its layer and its needs allow', find: layering},
  {name: 'headers', says: 'every header compiles alone', find: headersCompile},
  {name: 'sql-in-c', says: 'SQL stands in .sql files', find: sqlInC},
  {name: 'html-in-c', says: 'HTML stands in templates', find: html},
  {name: 'memory', says: 'memory comes from an arena outside base, sys, db and http', find: rawMemory},
  {name: 'outside', says: 'no clock, randomness or environment except through sys', find: outside},
  {name: 'text-keys', says: 'every text key that C names has a text', find: textKeys},
  {name: 'unfinished', says: 'nothing is left to do in the code', find: unfinished},
  {name: 'machine', says: 'nothing of one machine stands in the repository', find: machine},
  {name: 'weak-tests', says: 'tests neither sleep nor skip', find: weakTests},
  {name: 'css-order', says: 'what comes first on the screen comes first on the wire', find: reordered},
  {name: 'docs', says: 'files that documentation names exist', find: docNames},
  {name: 'file-lines', says: `files have at most ${FILE_LINES} lines`, find: longFiles},
  {name: 'function-lines', says: `functions have at most ${FUNCTION_LINES} lines`, find: longFunctions},
  {name: 'columns', says: `lines have at most ${C_COLUMNS} columns (scripts ${JS_COLUMNS})`, find: longLines},
];
