// Compiles every header by itself, with the include folders of a real build (compile_commands.json).
import {execFile} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {cpus} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';

const run = promisify(execFile);

export async function headersCompile({root, build, files}) {
  const commands = join(build, 'compile_commands.json');
  if (!existsSync(commands)) return [{path: 'meson.build', text: `no build in ${build}: run make build`}];
  const folders = new Set(JSON.parse(readFileSync(commands, 'utf8')).flatMap(({command}) =>
    [...command.matchAll(/(?:^| )(-I\S+|-isystem ?\S+)/g)].map(match => match[1].replace('-isystem ', '-isystem'))
      .filter(flag => !flag.endsWith('.p'))));
  const queue = files.filter(file => /^src\/.*\.h$/.test(file.path)).map(file => file.path);
  const findings = [];
  const worker = async () => {
    for (let path; (path = queue.shift());) {
      await run('cc', ['-std=gnu17', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Wno-unused', '-Werror', '-fsyntax-only',
        ...folders, '-include', join(root, path), '-x', 'c', '/dev/null'], {cwd: build}).catch(error => {
        const lines = error.stderr.trim().split('\n');
        findings.push({path, text: lines.find(line => /error/.test(line)) ?? error.message});
      });
    }
  };
  await Promise.all(Array.from({length: cpus().length}, worker));
  return findings;
}
