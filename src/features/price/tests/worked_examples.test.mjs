// The worked examples agree with the second computation, and there are enough of them, of every kind.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {compute, file, isExample, parse} from './worked_examples.mjs';

const examples = readFileSync(file, 'utf8').split('\n').filter(isExample).map(parse);

test('every expected line is what the rules give when computed a second time', () => {
  for (const {row, expected} of examples) assert.deepEqual(expected, compute(row), `example ${row.name}`);
});

test('two hundred examples, no two alike, over all grounds, roundings, methods and currencies', () => {
  assert.ok(examples.length >= 200, `${examples.length} examples`);
  const inputs = examples.map(({row}) => JSON.stringify({...row, name: ''}));
  assert.equal(new Set(inputs).size, examples.length);
  const grounds = new Set(examples.map(({expected}) => expected[5]));
  assert.deepEqual([...grounds].sort(), ['-', 'import', 'ioss', 'none', 'rate', 'reverse']);
  for (const word of ['flat ', 'weight ', 'price ', 'pickup', 'none', '/5000', 'free '])
    assert.ok(examples.some(({row}) => row.methods.includes(word)), `no example with ${word}`);
  for (const word of ['order', 'line', 'reverse', 'ioss='])
    assert.ok(examples.some(({row}) => row.terms.includes(word)), `no example with ${word}`);
  for (const rule of ['exact', '90', '99', 'whole', 'ten'])
    assert.ok(examples.some(({row}) => row.currency.endsWith(`@${rule}`)), `no example rounded ${rule}`);
});
