// Reads TAP as cmocka and node:test print it. Every leaf counts once; a parent counts only when it
// failed by itself. A skipped or a "todo" test counts as failed: nothing may hide here.
export function readTap(text) {
  const found = {passed: 0, failed: 0, failures: []};
  const children = []; // per depth: {count, failed} seen since the last line one level up
  let planned = null;
  let topLevel = 0;
  for (const line of text.split('\n')) {
    const plan = line.match(/^1\.\.(\d+)/);
    if (plan) planned = (planned ?? 0) + Number(plan[1]);
    const result = line.match(/^((?: {4})*)(not ok|ok) \d+(?: - | |$)(.*)$/);
    if (!result) continue;
    const depth = result[1].length / 4;
    const below = children[depth + 1];
    children.length = depth + 1;
    const skipped = /(^|\s)# (skip|todo)\b/i.test(result[3]);
    const bad = result[2] === 'not ok' || skipped;
    if (depth === 0) topLevel++;
    if (below === undefined || (bad && below.failed === 0)) {
      if (bad) found.failures.push(result[3] + (skipped ? ' (a skipped test is a failed one)' : ''));
      found[bad ? 'failed' : 'passed']++;
    }
    children[depth] ??= {count: 0, failed: 0};
    children[depth].count++;
    if (bad) children[depth].failed++;
  }
  if (planned !== null && topLevel < planned) {
    found.failed += planned - topLevel;
    found.failures.push(`${planned - topLevel} planned tests did not run`);
  }
  return found;
}
