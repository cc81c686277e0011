// bench_first_message: from a hashtag comment to the bot's first message. A guest comments "#reef" under a post; the clock
// runs from sending the comment until her event stream says that a message is there, and until she has read it.
//
//   node tests/bench/first_message.mjs [--engine sqlite,postgres] [--concurrent 1,8,64] [--each 40] [--per-second 100]
//
// N at once: N guests at a time, each commenting as soon as the one before has read her message. "a second": comments
// come at that rate, whoever is still waiting. Every guest comments once. Server, PostgreSQL and the guests share both
// cores.
import {Agent, request} from 'node:http';
import {setTimeout as delay} from 'node:timers/promises';
import {parseArgs} from 'node:util';

process.env.MILLPOND_BIN ??= 'build/millpond';
const {percentileOf, print, rounded} = await import('./lib/measure.mjs');
const {openPond} = await import('../lib/wheel.mjs');
const {newStore} = await import('../lib/server.mjs');

const {values: flags} = parseArgs({options: {
  engine: {type: 'string', default: 'sqlite,postgres'},
  concurrent: {type: 'string', default: '1,8,64'},
  each: {type: 'string', default: '40'},
  'per-second': {type: 'string', default: '100'},
}});
const TARGET_MS = 50, LATE_MS = 20_000, PACED_SECONDS = 5;
const agent = new Agent({keepAlive: true, maxSockets: 256});
let keys = 0;

function call(pond, method, path, value, token) {
  return new Promise((done, fail) => {
    const body = value === undefined ? '' : JSON.stringify(value);
    const sent = request(pond.server.url + path, {method, agent, headers: {'content-type': 'application/json',
      'content-length': Buffer.byteLength(body), ...(token && {authorization: `Bearer ${token}`}),
      ...(method === 'POST' && {'idempotency-key': `first-${++keys}`})}}, answer => {
      let text = '';
      answer.on('data', part => { text += part; });
      answer.on('end', () => answer.statusCode < 300 ? done(JSON.parse(text))
        : fail(new Error(`${method} ${path}: ${answer.statusCode} ${text}`)));
    });
    sent.on('error', fail).end(body);
  });
}

// Her event stream: open() when it stands, `told` when it says that a message is there.
function listen(pond, guest) {
  const stream = {};
  stream.told = new Promise((tell, fail) => {
    stream.open = new Promise(opened => {
      stream.request = request(`${pond.server.url}/live`, {agent: false, headers: {cookie: `mp=${guest.token}`}}, answer => {
        if (answer.statusCode !== 200) fail(new Error(`/live: ${answer.statusCode}`));
        opened();
        let text = '';
        answer.on('data', part => { text += part; if (text.includes('event: message')) tell(performance.now()); });
      }).on('error', fail);
      stream.request.end();
    });
  });
  return stream;
}

async function makeGuest(pond) {
  const guest = await call(pond, 'POST', '/api/v1/guests', {name: 'Ann'});
  guest.stream = listen(pond, guest);
  await guest.stream.open;
  return guest;
}

async function hear(pond, guest) {
  const began = performance.now();
  const late = delay(LATE_MS, undefined, {ref: false}).then(() => { throw new Error('no message came'); });
  await call(pond, 'POST', `/api/v1/posts/${pond.post.id}/comments`, {text: 'I want it #reef'}, guest.token);
  const told = await Promise.race([guest.stream.told, late]) - began;
  const {items: [conversation]} = await call(pond, 'GET', '/api/v1/conversations', undefined, guest.token);
  const {items} = await call(pond, 'GET', `/api/v1/conversations/${conversation.id}/messages`, undefined, guest.token);
  const read = performance.now() - began;
  if (items.at(-1).from !== 'bot') throw new Error(`the first message is from ${items.at(-1).from}`);
  guest.stream.request.on('error', () => {}).destroy();
  return {told, read};
}

const summary = times => Object.fromEntries(['told', 'read'].flatMap(what => [['p50', 0.5], ['p99', 0.99]].map(
  ([name, share]) => [`${what}_${name}_ms`, rounded(percentileOf(times.map(time => time[what]), share))])));

const guestsOf = async (pond, count) => {
  const guests = [];
  for (let i = 0; i < count; i += 16) {
    guests.push(...await Promise.all(Array.from({length: Math.min(16, count - i)}, () => makeGuest(pond))));
  }
  return guests;
};

async function atOnce(pond, concurrent) {
  const guests = await guestsOf(pond, Math.min(640, Math.max(100, concurrent * Number(flags.each))));
  const times = [];
  await Promise.all(Array.from({length: concurrent}, async () => {
    for (let guest = guests.pop(); guest !== undefined; guest = guests.pop()) times.push(await hear(pond, guest));
  }));
  return {comments: times.length, ...summary(times)};
}

async function paced(pond, perSecond) {
  const guests = await guestsOf(pond, perSecond * PACED_SECONDS);
  const began = performance.now();
  const waiting = [];
  for (const [i, guest] of guests.entries()) {
    await delay(Math.max(0, began + i * 1000 / perSecond - performance.now()));
    waiting.push(hear(pond, guest));
  }
  return {comments: guests.length, ...summary(await Promise.all(waiting))};
}

const rows = [], figures = {};
for (const engine of flags.engine.split(',')) {
  const pond = await openPond({store: await newStore(engine), args: ['--no-supervisor', '--log', 'warning']});
  figures[engine] = {};
  for (const warm of await guestsOf(pond, 10)) await hear(pond, warm);
  const plans = [...flags.concurrent.split(',').map(n => [`${n} at once`, () => atOnce(pond, Number(n))]),
    [`${flags['per-second']} a second`, () => paced(pond, Number(flags['per-second']))]];
  for (const [name, run] of plans) {
    const figure = figures[engine][name] = await run();
    rows.push({what: `${engine}, ${name}: p50`, value: figure.told_p50_ms, unit: 'ms'},
      {what: `${engine}, ${name}: p99`, value: figure.told_p99_ms, unit: 'ms',
        target: name.endsWith('a second') ? {most: TARGET_MS} : undefined},
      {what: `${engine}, ${name}: until read, p50`, value: figure.read_p50_ms, unit: 'ms'},
      {what: `${engine}, ${name}: until read, p99`, value: figure.read_p99_ms, unit: 'ms'});
  }
  await pond.close();
}
print({bench: 'first_message', method: 'hashtag comment -> first message of the bot, told by the event stream; the guests ' +
  'and the server on the same cores', rows, figures});
process.exit(0);
