// A Bot API that does what a test tells it: hands out updates (again, in any order, offset or not), keeps what is sent,
// and refuses when asked. `await api.sent(1)` waits until one message was taken.
import {createServer} from 'node:http';

const WAIT_MS = 20_000;

// JSON, or a form with a file as bytes.
async function bodyOf(request, bytes) {
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/')) return JSON.parse(bytes.toString('utf8') || '{}');
  const body = Object.fromEntries(await new Response(bytes, {headers: {'content-type': type}}).formData());
  if (body.photo) body.photo = Buffer.from(await body.photo.arrayBuffer());
  if (body.reply_markup) body.reply_markup = JSON.parse(body.reply_markup);
  return body;
}

export async function startBotApi() {
  const updates = [];
  const messages = [];
  const calls = [];
  const waiters = new Set();
  const polls = new Set();
  const state = {refusals: [], photoRefusals: [], honoursOffset: true, username: 'ReefBot'};

  const wake = set => { for (const check of [...set]) check(); };
  const until = (ready, what) => new Promise((resolve, reject) => {
    const late = setTimeout(() => { waiters.delete(check); reject(new Error(`never: ${what}`)); }, WAIT_MS);
    const check = () => {
      const value = ready();
      if (!value) return;
      clearTimeout(late);
      waiters.delete(check);
      resolve(value);
    };
    waiters.add(check);
    check();
  });

  function handle(method, body, answer) {
    calls.push({method, body});
    if (method === 'getMe')
      return answer(200, {ok: true, result: {id: 7, is_bot: true, first_name: 'Reef <b>&', username: state.username}});
    if (method === 'getUpdates') {
      const fresh = () => state.honoursOffset ? updates.filter(u => u.update_id >= (body.offset ?? 0)) : [...updates];
      const reply = () => { polls.delete(reply); clearTimeout(late); answer(200, {ok: true, result: fresh()}); };
      const late = setTimeout(reply, (body.timeout ?? 0) * 1000);
      if (fresh().length > 0) return reply();
      return polls.add(reply);
    }
    const refusal =
      method === 'sendMessage'
        ? state.refusals.shift()
        : method === 'sendPhoto'
          ? state.photoRefusals.shift()
          : undefined;
    if (refusal) return answer(refusal.error_code, {ok: false, ...refusal});
    if (method === 'sendMessage' || method === 'sendPhoto') messages.push({...body, at: Date.now()});
    answer(200, {ok: true, result: {message_id: messages.length}});
  }

  const server = createServer((request, response) => {
    const parts = [];
    request.on('data', part => parts.push(part));
    request.on('end', async () => {
      const [, token, method] = request.url.match(/^\/bot([^/]+)\/(\w+)$/) ?? [];
      const answer = (status, value) => {
        response.writeHead(status, {'content-type': 'application/json'}).end(JSON.stringify(value));
        wake(waiters);
      };
      if (token !== '123456:right-token') return answer(401, {ok: false, error_code: 401, description: 'Unauthorized'});
      handle(method, await bodyOf(request, Buffer.concat(parts)), answer);
      wake(waiters);
    });
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    token: '123456:right-token',
    state,
    messages,
    calls,
    push: (...more) => {
      updates.push(...more);
      wake(polls);
    },
    forget: () => {
      updates.length = 0;
    },
    until,
    sent: count => until(() => messages.length >= count && messages, `${count} messages sent; got ${messages.length}`),
    // Polled again beyond `offset`: everything before it was taken.
    taken: id => until(() => calls.some(c => c.method === 'getUpdates' && c.body.offset > id), `update ${id} taken`),
    stop: () =>
      new Promise(resolve => {
        for (const reply of [...polls]) reply();
        server.closeAllConnections?.();
        server.close(resolve);
      }),
  };
}

export const person = (id, name = 'Nina') => ({id, is_bot: false, first_name: name, language_code: 'en'});
export const says = (update_id, from, text) => ({update_id, message: {
  message_id: update_id, date: 1763726400, from, chat: {id: from.id, type: 'private'}, text}});
export const taps = (update_id, from, data) => ({update_id, callback_query: {
  id: `c${update_id}`, from, data, message: {message_id: 1, chat: {id: from.id, type: 'private'}}}});
