// What gcov knows of one object file: branches and lines that no run took, by file.
import {spawnSync} from 'node:child_process';

// {taken, all, missed: [{line, what}]} of `source` (as the compiler was given it, or the end of that) in the notes
// beside `object` (".gcno", ".gcda" where a run has written one).
export function branchesOf(object, source) {
  const {status, stdout, stderr} = spawnSync('gcov', ['--json-format', '--stdout', '--branch-probabilities', object],
    {encoding: 'utf8', maxBuffer: 1 << 28});
  if (status !== 0) throw new Error(`gcov ${object}: ${stderr}`);
  const found = {taken: 0, all: 0, lines: 0, missed: []};
  for (const text of stdout.split('\n').filter(line => line.startsWith('{'))) {
    for (const file of JSON.parse(text).files.filter(({file}) => file === source || file.endsWith(`/${source}`))) {
      for (const line of file.lines) note(found, line);
    }
  }
  if (found.lines === 0) throw new Error(`${object} has no line of ${source}`);
  return found;
}

function note(found, {line_number: line, count, branches}) {
  found.lines++;
  found.all += branches.length;
  found.taken += branches.filter(branch => branch.count > 0).length;
  if (count === 0) found.missed.push({line, what: 'never run'});
  else branches.forEach((branch, i) => {
    if (branch.count === 0) found.missed.push({line, what: `branch ${i + 1} of ${branches.length} never taken`});
  });
}
