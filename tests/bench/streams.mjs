// bench_streams: 10,000 browsers with an open event stream on one post, in clear text; then somebody comments.
//
//   node tests/bench/streams.mjs [--engine sqlite|postgres] [--streams 10000] [--events 5]
//
// Memory: of the serving process before and with the streams, without the kernel's buffers. Delivery: from sending the
// comment until each stream has the event; a stream that did not get each of them once has dropped one.
import {spawn} from 'node:child_process';
import {connect} from 'node:net';
import {setTimeout as delay} from 'node:timers/promises';
import {parseArgs} from 'node:util';

const {values: flags} = parseArgs({options: {
  engine: {type: 'string', default: 'sqlite'},
  streams: {type: 'string', default: '10000'},
  events: {type: 'string', default: '5'},
}});
const AT_ONCE = 100, LATE_MS = 20_000;

async function openStreams(pond, count) {
  const streams = [];
  const open = i => new Promise((done, fail) => {
    // Few connections may come from one address.
    const socket = connect({port: pond.server.port, host: '127.0.0.1', localAddress: `127.0.0.${2 + i % 20}`});
    const stream = {socket, text: '', onText: () => {}};
    socket.setEncoding('latin1').once('error', fail).on('data', part => {
      if (stream.text === '') done();
      stream.text += part;
      stream.onText();
    });
    socket.on('close', () => { stream.isClosed = true; });
    socket.write(`GET /live?topics=post:${pond.post.id} HTTP/1.1\r\nHost: a\r\n\r\n`);
    streams.push(stream);
  });
  for (let i = 0; i < count; i += AT_ONCE) {
    await Promise.all(Array.from({length: Math.min(AT_ONCE, count - i)}, (_, k) => open(i + k)));
  }
  return streams;
}

const eventsOf = stream => stream.text.split('event: ').length - 1;

// Milliseconds until the first, the median and the last stream had it.
async function deliver(streams, send) {
  const began = performance.now(), times = [];
  const all = Promise.all(streams.map(stream => new Promise(done => {
    const had = eventsOf(stream);
    stream.onText = () => {
      if (eventsOf(stream) === had) return;
      stream.onText = () => {};
      times.push(performance.now() - began);
      done();
    };
  })));
  await send();
  await Promise.race([all, delay(LATE_MS)]);
  return {first: times[0], median: times[times.length >> 1], last: times.at(-1), count: times.length};
}

async function main() {
  process.env.MILLPOND_BIN ??= 'build/millpond';
  const {median, memoryOf, print} = await import('./lib/measure.mjs');
  const {openPond, until} = await import('../lib/wheel.mjs');
  const {newStore} = await import('../lib/server.mjs');
  const pond = await openPond({store: await newStore(flags.engine), args: ['--no-supervisor', '--log', 'warning']});
  const count = Number(flags.streams), events = Number(flags.events);
  const ann = await pond.guest('Ann');
  await ann.comment('Is it warm?');
  await until(() => pond.merchant('GET', '/healthz'), ({events_waiting}) => events_waiting === 0);
  const before = memoryOf(pond.server.pid).resident;
  const streams = await openStreams(pond, count);
  const after = memoryOf(pond.server.pid).resident;
  const turns = [];
  for (let i = 0; i < events; i++) turns.push(await deliver(streams, () => ann.comment(`Is it warm? ${i}`)));
  await delay(200); // what comes twice would come now
  const counts = streams.map(eventsOf), closed = streams.filter(stream => stream.isClosed).length;
  const dropped = counts.reduce((sum, n) => sum + Math.max(0, events - n), 0);
  const doubled = counts.reduce((sum, n) => sum + Math.max(0, n - events), 0);
  for (const {socket} of streams) socket.destroy();
  await pond.close();
  const of = key => median(turns.map(turn => turn[key]));
  const figures = {engine: flags.engine, streams: count, before_mib: before, with_mib: after, closed, dropped, doubled,
    bytes_per_stream: Math.round((after - before) * 1048576 / count), first_ms: of('first'), median_ms: of('median'),
    last_ms: of('last')};
  print({bench: 'streams', method: `${count} open event streams on one post, ${flags.engine}; ${events} comments, medians`,
    figures, rows: [
      {what: `resident with ${count} streams`, value: after, unit: 'MiB', target: {most: 100}},
      {what: 'of it before them', value: before, unit: 'MiB'},
      {what: 'memory of one stream', value: figures.bytes_per_stream, unit: 'bytes'},
      {what: 'comment sent -> first stream has the event', value: figures.first_ms, unit: 'ms'},
      {what: 'comment sent -> half of them have it', value: figures.median_ms, unit: 'ms'},
      {what: 'comment sent -> all of them have it', value: figures.last_ms, unit: 'ms'},
      {what: 'events dropped, doubled, streams closed', value: dropped + doubled + closed, unit: '', target: {most: 1}},
    ]});
  process.exit(0);
}

if (process.env.BENCH_STREAMS_RAISED !== '1') {
  const child = spawn('sh', ['-c', 'ulimit -n $(ulimit -Hn); exec "$0" "$@"', process.execPath, ...process.argv.slice(1)],
    {stdio: 'inherit', env: {...process.env, BENCH_STREAMS_RAISED: '1'}});
  process.exitCode = await new Promise(done => child.on('close', code => done(code ?? 1)));
} else await main();
