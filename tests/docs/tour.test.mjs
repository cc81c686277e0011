// What the pages of docs/ name must be there: files, and functions defined in them. `file: name, name` in code letters.
import assert from 'node:assert/strict';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = path => readFileSync(join(root, path), 'utf8');
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter(name => name.endsWith('.md'))
    .map(name => `docs/${name}`),
];

// `src/x/y.c` or `src/x/y.c: one, two`; patterns with * or <name> are words about files, not files.
const NAMED = /`((?:src|web|tests|docs|scripts|tools|refdata)\/[\w./-]*[\w/])(?:: ([a-z_]\w*(?:, [a-z_]\w*)*))?`/g;
const named = page =>
  [...read(page).replaceAll(/\s+/g, ' ').matchAll(NAMED)].map(([, path, names]) => ({
    path,
    names: names?.split(', ') ?? [],
  }));
const defines = (source, name) => new RegExp(`^(?:static )?(?:const )?[a-z].*\\b${name}\\(`, 'm').test(source);

for (const page of pages) {
  test(`${page} names only files that are there`, () => {
    const missing = named(page).map(({path}) => path).filter(path => !existsSync(join(root, path)));
    assert.deepEqual(missing, []);
  });
}

test('docs/TOUR.md names only functions that are defined where it says', () => {
  const all = named('docs/TOUR.md').filter(({names}) => names.length > 0);
  assert.ok(all.length > 50, `only ${all.length} places were understood`);
  const missing = all.flatMap(({path, names}) =>
    names.filter(name => !defines(read(path), name)).map(name => `${path}: ${name}`),
  );
  assert.deepEqual(missing, []);
});

test('docs/TOUR.md passes through every feature that the wheel needs', () => {
  const tour = read('docs/TOUR.md');
  const features = [
    'account', 'chat', 'console', 'contact', 'flow', 'identity', 'ledger', 'notify', 'order', 'pool', 'price', 'signin',
    'social', 'stock',
  ];
  assert.deepEqual(features.filter(name => !tour.includes(`src/features/${name}/`)), []);
});

test('every feature and adapter explains itself in a README.md', () => {
  const silent = ['src/features', 'src/adapters'].flatMap(layer => readdirSync(join(root, layer), {withFileTypes: true})
    .filter(entry => entry.isDirectory() && !existsSync(join(root, layer, entry.name, 'README.md')))
    .map(entry => `${layer}/${entry.name}`));
  assert.deepEqual(silent, []);
});
