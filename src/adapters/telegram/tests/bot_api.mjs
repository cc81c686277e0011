// A Bot API that does what a test tells it: hands out updates (again, in any order, offset or not), keeps what is sent,
// and refuses when asked. `await api.sent(1)` waits until one message was taken.
import {createServer} from 'node:http';

const WAIT_MS = 20_000;

export async function startBotApi() {
  const updates = [];
  const messages = [];
  const calls = [];
  const waiters = new Set();
  const polls = new Set();
  const state = {refusals: [], honoursOffset: true, username: 'ReefBot'};

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
    if (method === 'getMe') return answer(200, {ok: true, result: {id: 7, is_bot: true, first_name: 'Reef <b>&', username: state.username}});
    if (method === 'getUpdates') {
      const fresh = () => state.honoursOffset ? updates.filter(u => u.update_id >= (body.offset ?? 0)) : [...updates];
      const reply = () => { polls.delete(reply); clearTimeout(late); answer(200, {ok: true, result: fresh()}); };
      const late = setTimeout(reply, (body.timeout ?? 0) * 1000);
      if (fresh().length > 0) return reply();
      return polls.add(reply);
    }
    const refusal = method === 'sendMessage' ? state.refusals.shift() : undefined;
    if (refusal) return answer(refusal.error_code, {ok: false, ...refusal});
    if (method === 'sendMessage') messages.push({...body, at: Date.now()});
    answer(200, {ok: true, result: {message_id: messages.length}});
  }

  const server = createServer((request, response) => {
    let text = '';
    request.on('data', part => { text += part; });
    request.on('end', () => {
      const [, token, method] = request.url.match(/^\/bot([^/]+)\/(\w+)$/) ?? [];
      const answer = (status, value) => {
        response.writeHead(status, {'content-type': 'application/json'}).end(JSON.stringify(value));
        wake(waiters);
      };
      if (token !== '123456:right-token') return answer(401, {ok: false, error_code: 401, description: 'Unauthorized'});
      handle(method, JSON.parse(text || '{}'), answer);
      wake(waiters);
    });
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    token: '123456:right-token',
    state, messages, calls,
    push: (...more) => { updates.push(...more); wake(polls); },
    forget: () => { updates.length = 0; },
    until,
    sent: count => until(() => messages.length >= count && messages, `${count} messages sent; got ${messages.length}`),
    // Polled again beyond `offset`: everything before it was taken.
    taken: id => until(() => calls.some(c => c.method === 'getUpdates' && c.body.offset > id), `update ${id} taken`),
    stop: () => new Promise(resolve => { for (const reply of [...polls]) reply(); server.closeAllConnections?.(); server.close(resolve); }),
  };
}

export const person = (id, name = 'Nina') => ({id, is_bot: false, first_name: name, language_code: 'en'});
export const says = (update_id, from, text) => ({update_id, message: {
  message_id: update_id, date: 1763726400, from, chat: {id: from.id, type: 'private'}, text}});
export const taps = (update_id, from, data) => ({update_id, callback_query: {
  id: `c${update_id}`, from, data, message: {message_id: 1, chat: {id: from.id, type: 'private'}}}});
