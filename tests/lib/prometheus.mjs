// Reads the text format of Prometheus (0.0.4) strictly: throws on what a scraper would refuse or count twice.
// -> Map of family name -> {type, help, samples: [{name, labels, value}]}
import assert from 'node:assert/strict';

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const SUFFIXES = {histogram: ['_bucket', '_sum', '_count'], counter: [''], gauge: ['']};

function parseLabels(text) {
  const labels = {};
  let at = 0;
  while (at < text.length) {
    const found = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/.exec(text.slice(at));
    assert.ok(found, `labels: ${text}`);
    assert.ok(!(found[1] in labels), `label twice: ${text}`);
    labels[found[1]] = found[2].replace(/\\(.)/g, (_, c) => c === 'n' ? '\n' : c);
    at += found[0].length;
  }
  return labels;
}

function checkHistogram(name, family) {
  const series = new Map();
  for (const {name: sample, labels, value} of family.samples) {
    const {le, ...rest} = labels;
    const key = JSON.stringify(rest);
    const one = series.get(key) ?? series.set(key, {buckets: []}).get(key);
    if (sample.endsWith('_bucket')) one.buckets.push([le === '+Inf' ? Infinity : Number(le), value]);
    else one[sample.slice(name.length)] = value;
  }
  for (const [key, {buckets, _sum, _count}] of series) {
    assert.ok(_sum >= 0 && buckets.length > 1, `${name}${key}`);
    buckets.reduce((low, high) => (assert.ok(high[0] > low[0] && high[1] >= low[1], `${name}${key} order`), high));
    assert.equal(buckets.at(-1)[0], Infinity);
    assert.equal(buckets.at(-1)[1], _count, `${name}${key} count`);
  }
}

export function parsePrometheus(text) {
  assert.ok(text.endsWith('\n') && !text.includes('\r') && !text.includes('\n\n'));
  const families = new Map(), seen = new Set();
  let current = null, currentName = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line);
    if (comment?.[1] === 'HELP') {
      assert.ok(NAME.test(comment[2]) && !families.has(comment[2]), line);
      currentName = comment[2];
      families.set(currentName, current = {help: comment[3], type: null, samples: []});
    } else if (comment) {
      assert.ok(comment[2] === currentName && current.type === null && comment[3] in SUFFIXES, line);
      current.type = comment[3];
      assert.equal(current.type === 'counter', currentName.endsWith('_total'), `${currentName}: counters end in _total`);
    } else {
      const sample = /^([^{\s]+)(?:\{(.*)\})? (\S+)$/.exec(line);
      assert.ok(sample, line);
      assert.ok(SUFFIXES[current.type].some(suffix => sample[1] === currentName + suffix), `${line} under ${currentName}`);
      assert.match(sample[3], /^-?\d+(\.\d+)?$/, line);
      const labels = parseLabels(sample[2] ?? '');
      const key = sample[1] + JSON.stringify(Object.entries(labels).sort());
      assert.ok(!seen.has(key), `twice: ${line}`);
      seen.add(key);
      current.samples.push({name: sample[1], labels, value: Number(sample[3])});
    }
  }
  for (const [name, family] of families) if (family.type === 'histogram') checkHistogram(name, family);
  return families;
}
