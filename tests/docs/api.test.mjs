// docs/API.md as it stands: its blocks, in order, in one bash against a fresh server, until the order is paid.
// engines: sqlite postgres
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {startServer} from '../lib/server.mjs';

const page = readFileSync(new URL('../../docs/API.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, lines]) => lines);

// What the last block leaves in its variables is read by these lines of ours.
const LOOK = 'echo; echo RESULT; shopper "$POND/api/v1/orders/$order"; rm -r "$work"\n';

function bash(script, env) {
  return new Promise((done, fail) => {
    const child = spawn('bash', ['-s'], {env: {...process.env, ...env}});
    let said = '', complained = '';
    child.stdout.on('data', part => { said += part; });
    child.stderr.on('data', part => { complained += part; });
    child.on('error', fail).on('close', code => done({code, said, complained}));
    child.stdin.end(script);
  });
}

test('the blocks of docs/API.md lead from an empty server to a paid order', {timeout: 120_000}, async () => {
  assert.ok(blocks.length >= 8, `only ${blocks.length} blocks`);
  const server = await startServer();
  try {
    const {code, said, complained} = await bash(blocks.join('\n') + LOOK, {POND: server.url});
    assert.equal(code, 0, said + complained);
    const order = JSON.parse(said.slice(said.lastIndexOf('RESULT') + 'RESULT'.length));
    assert.deepEqual([order.payment, order.fulfilment, order.total.amount], ['paid', 'shipped', '49.00']);
    for (const [shown, expected] of blocks.join('').matchAll(/^.*\| pick .* # (\S+)$/gm)) {
      assert.ok(said.split('\n').includes(expected), `${shown}\n${said}`);
    }
  } finally {
    await server.stop();
  }
});
