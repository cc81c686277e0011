// Open pages are told of a comment once, and after it is stored: however often the turn that tells it has run.
import assert from 'node:assert/strict';
import {connect} from 'node:net';
import {after, before, test} from 'node:test';
import {openPond, until} from '../lib/wheel.mjs';

const STREAMS = 5, COMMENTS = 4;
let pond;
// Every turn runs twice, as one of PostgreSQL does that met another: src/db/db_rehearse.c.
before(async () => { pond = await openPond({env: {MILLPOND_REHEARSE: 'run'}}); });
after(() => pond.close());

function watch(topic) {
  const stream = {text: '', socket: connect({port: pond.server.port, host: '127.0.0.1'})};
  stream.socket.setEncoding('utf8').on('data', part => { stream.text += part; });
  stream.socket.write(`GET /live?topics=${topic} HTTP/1.1\r\nHost: a\r\n\r\n`);
  return stream;
}
const told = stream => [...stream.text.matchAll(/event: comment\ndata: (.*)/g)].map(match => match[1]);

test('each comment is told to each stream once, in order', async () => {
  const ann = await pond.guest('Ann');
  await until(() => pond.merchant('GET', '/healthz'), ({events_waiting}) => events_waiting === 0);
  const streams = Array.from({length: STREAMS}, () => watch(`post:${pond.post.id}`));
  await until(() => streams, list => list.every(({text}) => text.includes('retry:')));
  const comments = [];
  for (let i = 0; i < COMMENTS; i++) comments.push((await ann.comment(`Is it warm? ${i}`)).id);
  // Whatever came before the last one was told before it, so nothing more of it can come once the last one is there.
  await until(() => streams, list => list.every(stream => told(stream).includes(comments.at(-1))));
  await until(() => pond.merchant('GET', '/healthz'), ({events_waiting}) => events_waiting === 0);
  const last = (await ann.comment('And dry?')).id;
  await until(() => streams, list => list.every(stream => told(stream).includes(last)));
  for (const stream of streams) {
    assert.deepEqual(told(stream).slice(0, COMMENTS), comments);
    stream.socket.destroy();
  }
});
