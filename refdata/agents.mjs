// Makes a C table of the user agents of crawlers and link previews from the npm package crawler-user-agents:
// node agents.mjs crawler-user-agents.json OUT.c. The shape of the table: src/features/pool/pool_agent_table.h.
// Nearly all patterns are plain texts and become literals, grouped by their first two bytes; the few others
// stay regular expressions.
import {readFileSync, writeFileSync} from 'node:fs';

const [source, out] = process.argv.slice(2);
const buckets = 1024;
const plain = /^(\^)?((?:[^\\^$.*+?()[\]{}|]|\\[^a-zA-Z0-9])+)(\$)?$/;
const quote = text => '"' + [...Buffer.from(text)].map(byte =>
  byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c ? String.fromCharCode(byte)
    : '\\' + byte.toString(8).padStart(3, '0')).join('').replaceAll('?', '\\077') + '"';

const literals = [], patterns = [];
for (const entry of JSON.parse(readFileSync(source, 'utf8'))) {
  const isPreview = (entry.tags ?? []).includes('social-preview');
  const found = plain.exec(entry.pattern);
  const text = found?.[2].replace(/\\(.)/g, '$1');
  const name = entry.pattern.replace(/\\[a-zA-Z]|[\\^$()[\]|*+?]/g, '').replace(/\/+$/, '').slice(0, 40);
  if (found && !found[3] && Buffer.byteLength(text) >= 2) {
    const bytes = Buffer.from(text);
    literals.push({bucket: (bytes[0] * 31 + bytes[1]) % buckets, text, name, isPreview, atStart: found[1] === '^'});
  } else {
    patterns.push({text: entry.pattern, name, isPreview});
  }
}
literals.sort((a, b) => a.bucket - b.bucket || (a.text < b.text ? -1 : 1));
const starts = Array.from({length: buckets + 1}, (_, bucket) => {
  const at = literals.findIndex(l => l.bucket >= bucket);
  return at < 0 ? literals.length : at;
});
const lines = [
  '#include "pool/pool_agent_table.h"', '',
  `const struct agent_literal agent_literals[] = {`,
  ...literals.map(l => `    {${quote(l.text)}, ${quote(l.name)}, ${l.isPreview}, ${l.atStart}},`), '};',
  `const uint16_t agent_literal_starts[AGENT_BUCKETS + 1] = {${starts.join(',')}};`,
  `const struct agent_pattern agent_patterns[] = {`,
  ...patterns.map(p => `    {${quote(p.text)}, ${quote(p.name)}, ${p.isPreview}},`), '};',
  `const size_t agent_pattern_count = ${patterns.length};`, ''];
writeFileSync(out, lines.join('\n'));
