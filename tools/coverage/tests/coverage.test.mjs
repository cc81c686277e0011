// The counting of branches itself: a program whose test leaves one out, and one whose test leaves none out.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {branchesOf} from '../gcov.mjs';

const SOURCE = `int sign(int x);
int sign(int x)
{
    if (x < 0)
        return -1;
    return x > 0 ? 1 : 0;
}
int main(int argc, char **argv)
{
    (void)argv;
    return sign(argc - 2) == 9;
}
`;

// Runs it with so many words at a time.
function counted(t, runs) {
  const box = mkdtempSync(join(tmpdir(), 'millpond-coverage-'));
  t.after(() => rmSync(box, {recursive: true}));
  writeFileSync(join(box, 'sign.c'), SOURCE);
  execFileSync('gcc', ['-O0', '--coverage', '-c', '-o', 'sign.o', 'sign.c'], {cwd: box});
  execFileSync('gcc', ['--coverage', '-o', 'sign', 'sign.o'], {cwd: box});
  for (const words of runs) execFileSync(join(box, 'sign'), words, {cwd: box});
  return branchesOf(join(box, 'sign.gcda'), 'sign.c');
}

test('a branch that no run takes is named by its line', t => {
  const {taken, all, missed} = counted(t, [['one'], ['one', 'two']]);
  assert.equal(all - taken, 1);
  assert.deepEqual(missed, [{line: 4, what: 'branch 1 of 2 never taken'}, {line: 5, what: 'never run'}]);
});

test('when all are taken none is named', t => {
  const {taken, all, missed} = counted(t, [[], ['one'], ['one', 'two']]);
  assert.equal(taken, all);
  assert.deepEqual(missed, []);
});
