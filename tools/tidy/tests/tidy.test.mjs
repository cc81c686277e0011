// Each rule of tidy finds what it is for, and lets the right thing pass.
import assert from 'node:assert/strict';
import {execFileSync, spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {refusal} from '../layers.mjs';

const tool = resolve(dirname(fileURLToPath(import.meta.url)), '../tidy.mjs');

// Runs tidy over a small repository of these files; returns the rules that failed, with their findings.
function tidy(files) {
  const root = mkdtempSync(join(tmpdir(), 'millpond-tidy-'));
  try {
    const all = {
      'src/features.list': 'features/shop:\nfeatures/order: shop\nadapters/smtp:\n',
      'build/compile_commands.json': JSON.stringify([{command: `cc -I${root}/src -c x.c`}]),
      '.gitignore': 'build\n',
      ...files,
    };
    for (const [path, text] of Object.entries(all)) {
      mkdirSync(dirname(join(root, path)), {recursive: true});
      writeFileSync(join(root, path), text);
    }
    execFileSync('git', ['init', '-q'], {cwd: root});
    const {stdout, status} = spawnSync(process.execPath, [tool, '--build', 'build', root], {encoding: 'utf8'});
    const failed = {};
    let rule = null;
    for (const line of stdout.split('\n')) {
      const result = line.match(/^(not )?ok \d+ - ([\w-]+):/);
      if (result) rule = result[1] ? (failed[result[2]] = []) : null;
      else if (rule && line.startsWith('# ')) rule.push(line.slice(2));
    }
    assert.equal(status, Object.keys(failed).length > 0 ? 1 : 0);
    return failed;
  } finally {
    rmSync(root, {recursive: true, force: true});
  }
}

const broken = {
  layers: {'src/sys/a.c': '#include "db/db.h"\n'},
  headers: {'src/base/a.h': 'struct a { unknown_type x; };\n'},
  'sql-in-c': {'src/features/shop/shop.c': 'const char *q = "SELECT 1";\n'},
  'html-in-c': {'src/features/shop/shop.c': 'const char *q = "<p>hello";\n'},
  memory: {'src/features/shop/shop.c': 'void *f(void) { return malloc(1); }\n'},
  outside: {'src/features/shop/shop.c': 'long f(void) { return time(NULL); }\n'},
  'text-keys': {'src/core/texts/en.txt': 'a.b = B\n', 'src/core/x.c': 'int x = ERR(a, ERR_INVALID, "a.c", "why");\n'},
  unfinished: {'src/base/a.c': `/* ${'TO'}DO: the rest */\n`},
  machine: {'docs/A.md': `see ${'/wo'}rk/main\n`},
  'weak-tests': {'src/base/tests/test_a.c': `void f(void) { us${'leep'}(1); }\n`},
  'css-order': {'web/static/a.css': '.a > .b { order: 2; }\n'},
  docs: {'docs/A.md': 'see `src/base/gone.c`\n'},
  'file-lines': {'src/base/a.c': '\n'.repeat(501)},
  'function-lines': {'src/base/a.c': `void f(void)\n{\n${'    g();\n'.repeat(69)}}\n`},
  columns: {'src/base/a.c': `${'x'.repeat(101)}\n`},
  allow: {'tools/tidy/allow.txt': 'columns src/base/a.c because\n'},
};

for (const [rule, files] of Object.entries(broken)) {
  test(`tidy: ${rule} finds a breach, and nothing else does`, () => {
    const failed = tidy(files);
    assert.deepEqual(Object.keys(failed), [rule]);
    assert.equal(failed[rule].length, 1);
  });
}

test('tidy: a clean tree and an excused breach pass', () => {
  assert.deepEqual(tidy({'src/base/a.h': '/* "SELECT 1" malloc(1) */\nstruct a { int x; };\n',
    'src/features/order/order.c': '#include "shop/shop.h"\n#include "order/order_rules.h"\n#include "core/web.h"\n',
    'src/base/b.c': `${'x'.repeat(101)}\n`, 'tools/tidy/allow.txt': 'columns src/base/* a table\n'}), {});
});

test('tidy: layers, one by one', () => {
  const needs = {order: ['shop'], shop: [], smtp: []};
  const file = (layer, unit, isTest = false) => ({layer, unit, isTest});
  const may = [
    [file('core', 'core'), 'http/html.h'], [file('features', 'order'), 'shop/shop.h'],
    [file('features', 'order'), 'page/page_tpl.h'], [file('features', 'order'), 'texts.h'],
    [file('adapters', 'smtp'), 'core/ports/mail_port.h'], [file('app', 'app'), 'order/order_rules.h'],
    [file('features', 'shop', true), 'app/features.h'], [file('features', 'shop', true), 'order/order.h'],
  ];
  const mayNot = [
    [file('base', 'base'), 'sys/clock.h'], [file('db', 'db'), 'http/html.h'], [file('http', 'http'), 'db/db.h'],
    [file('core', 'core'), 'order/order.h'], [file('features', 'shop'), 'order/order.h'],
    [file('features', 'order'), 'shop/shop_rules.h'], [file('features', 'order'), 'smtp/smtp.h'],
    [file('features', 'order'), 'app/features.h'], [file('adapters', 'smtp'), 'order/order.h'],
    [file('sys', 'sys'), 'texts.h'], [file('page', 'page'), 'shop/shop.h'],
  ];
  for (const [where, target] of may) assert.equal(refusal(where, target, needs), null, `${where.unit} -> ${target}`);
  for (const [where, target] of mayNot) assert.notEqual(refusal(where, target, needs), null, `${where.unit} -> ${target}`);
});
