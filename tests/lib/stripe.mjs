// Stripe as far as a shop meets it: the API on which the official package works too, the hosted page, and signed events.
//   const stripe = await startStripe();            MILLPOND_STRIPE_API is stripe.url
//   stripe.hook = `${server.url}/hooks/stripe/${shop}`;   events go there; stripe.muted = true: nothing is sent
//   stripe.troubles.push('lost')                   the next call that moves something: done, but its answer never comes;
//                                                  also 500, 'silent' (not done either)
//   await stripe.send(stripe.event(type, object))  one event, signed with the official package
//   stripe.client                                  the official package, at this address
import {createRequire} from 'node:module';
import {createServer} from 'node:http';

const Stripe = createRequire(import.meta.url)('stripe');
export const KEY = 'sk_test_4eC39HqLyjWDarjtT1zdp7dc';
export const SECRET = 'whsec_a-secret-of-the-endpoint';

// a[b][0]=c as nested objects.
function unfold(body) {
  const root = {};
  for (const [name, value] of new URLSearchParams(body)) {
    const path = name.split(/[[\]]+/).filter(part => part !== '');
    let at = root;
    path.forEach((part, i) => { at = i === path.length - 1 ? (at[part] = value) : (at[part] ??= {}); });
  }
  return root;
}

export async function startStripe() {
  const sessions = new Map(), intents = new Map(), refunds = new Map(), replays = new Map();
  const stand = {muted: false, hook: null, secret: SECRET, troubles: [], calls: [], needsAction: false, declines: false,
    sent: []};
  let counter = 0;
  const id = kind => `${kind}_${process.pid}x${++counter}`;
  const fault = (status, code) => [status, {error: {code, type: status === 402 ? 'card_error' : 'invalid_request_error'}}];
  const card = {id: 'pm_card', object: 'payment_method', type: 'card', card: {brand: 'visa', last4: '4242'}};
  const shown = (intent, wide) => ({...intent, payment_method: intent.payment_method && (wide ? card : card.id)});
  const wide = query => /payment_method/.test(query);

  function makeIntent(form) {
    const intent = {id: id('pi'), object: 'payment_intent', livemode: false, amount: Number(form.amount), amount_received: 0,
      currency: form.currency.toLowerCase(), status: 'requires_payment_method', metadata: form.metadata ?? {},
      customer: form.customer ?? null, payment_method: null, capture_method: form.capture_method ?? 'automatic',
      setup_future_usage: form.setup_future_usage ?? null};
    intents.set(intent.id, intent);
    return intent;
  }
  function pay(intent) {
    intent.payment_method = card.id;
    intent.status = intent.capture_method === 'manual' ? 'requires_capture' : 'succeeded';
    if (intent.status === 'succeeded') intent.amount_received = intent.amount;
  }
  function makeSession(form) {
    const item = form.line_items[0], more = form.payment_intent_data ?? {};
    const session = {id: id('cs_test'), object: 'checkout.session', livemode: false, status: 'open',
      payment_status: 'unpaid', client_reference_id: form.client_reference_id, metadata: form.metadata ?? {},
      amount_total: Number(item.price_data.unit_amount) * Number(item.quantity),
      currency: item.price_data.currency.toLowerCase(), success_url: form.success_url, cancel_url: form.cancel_url,
      payment_intent: null, customer: null};
    session.url = `${stand.page ?? stand.url}/pay/${session.id}`;
    session.more = {...more, creates: form.customer_creation === 'always'};
    sessions.set(session.id, session);
    return session;
  }
  const told = session => Object.fromEntries(Object.entries(session).filter(([name]) => name !== 'more'));
  const wideSession = (session, query) => ({...told(session),
    payment_intent: wide(query) && session.payment_intent ? shown(intents.get(session.payment_intent), true)
      : session.payment_intent});

  // What the payer does on the hosted page.
  stand.finish = sessionId => {
    const session = sessions.get(sessionId);
    const intent = makeIntent({amount: session.amount_total, currency: session.currency, ...session.more,
      customer: session.more.creates ? id('cus') : null});
    pay(intent);
    Object.assign(session, {status: 'complete', payment_intent: intent.id, customer: intent.customer,
      payment_status: intent.status === 'succeeded' ? 'paid' : 'unpaid'});
    return session;
  };

  function saved(form) {
    const intent = makeIntent(form);
    if (stand.needsAction) return fault(402, 'authentication_required');
    if (stand.declines) return fault(402, 'card_declined');
    pay(intent);
    return [200, shown(intent, true)];
  }
  function refund(form) {
    const intent = intents.get(form.payment_intent);
    const given = [...refunds.values()].filter(r => r.payment_intent === intent?.id && r.status !== 'failed')
      .reduce((sum, r) => sum + r.amount, 0);
    const amount = Number(form.amount ?? intent?.amount_received);
    if (!intent || amount > intent.amount_received - given) return fault(400, 'charge_already_refunded');
    const made = {id: id('re'), object: 'refund', amount, currency: intent.currency, payment_intent: intent.id,
      status: 'succeeded', metadata: form.metadata ?? {}};
    refunds.set(made.id, made);
    return [200, made];
  }
  function move(path, form) {
    const [, , kind, one, act] = path.split('/');
    if (path === '/v1/checkout/sessions') return [200, told(makeSession(form))];
    if (path === '/v1/payment_intents') return saved(form);
    if (path === '/v1/refunds') return refund(form);
    if (kind === 'checkout') {
      const session = sessions.get(path.split('/')[4]);
      session.status = 'expired';
      return [200, told(session)];
    }
    const intent = intents.get(one);
    if (act === 'capture') { intent.status = 'succeeded'; intent.amount_received = intent.amount; }
    if (act === 'cancel') intent.status = 'canceled';
    return [200, shown(intent, true)];
  }
  function look(path, query) {
    const [, , kind, one] = path.split('/');
    if (path === '/v1/account') return [200, {id: 'acct_reef', object: 'account'}];
    if (kind === 'checkout') {
      const session = sessions.get(path.split('/')[4]);
      return session ? [200, wideSession(session, query)] : fault(404, 'resource_missing');
    }
    const found = (kind === 'refunds' ? refunds : intents).get(one);
    return found ? [200, kind === 'refunds' ? found : shown(found, wide(query))] : fault(404, 'resource_missing');
  }

  // The same key is the same answer, whatever happened to the first one on its way.
  function once(key, path, body) {
    const known = replays.get(key);
    if (known && known.body !== body) return fault(400, 'idempotency_key_in_use');
    const answer = known?.answer ?? move(path, unfold(body));
    if (key && answer[0] < 500) replays.set(key, {answer, body});
    return answer;
  }

  async function page(request, response, sessionId) {
    const session = sessions.get(sessionId);
    if (request.method === 'GET') {
      return response.writeHead(200, {'content-type': 'text/html; charset=utf-8'}).end(
        `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Pay</title><h1>Pay ` +
        `${session.amount_total / 100} ${session.currency.toUpperCase()}</h1>` +
        `<form method="post"><button>Pay</button></form>` +
        `<a href="${session.cancel_url}">Back</a></html>`);
    }
    stand.finish(sessionId);
    if (!stand.muted) await stand.send(stand.event('checkout.session.completed', told(session)));
    response.writeHead(303, {location: session.success_url}).end();
  }

  function api(request, response, url, body) {
    const answer = ([status, value]) => {
      const text = JSON.stringify(value);
      response.writeHead(status, {'content-type': 'application/json', 'request-id': 'req_1'}).end(text);
    };
    stand.calls.push({method: request.method, path: url.pathname, key: request.headers['idempotency-key'], body});
    if (request.headers.authorization !== `Bearer ${KEY}`) return answer(fault(401, 'api_key_invalid'));
    if (request.method === 'GET') return answer(look(url.pathname, url.search));
    const trouble = stand.troubles.shift();
    if (trouble === 'silent') return request.socket.destroy();
    if (typeof trouble === 'number') return answer(fault(trouble, 'api_error'));
    const made = once(request.headers['idempotency-key'], url.pathname, body);
    return trouble === 'lost' ? request.socket.destroy() : answer(made);
  }

  const server = createServer((request, response) => {
    let body = '';
    request.on('data', part => { body += part; });
    request.on('end', () => {
      const url = new URL(request.url, 'http://stand.in');
      if (url.pathname === '/favicon.ico') return response.writeHead(204).end();
      const hosted = url.pathname.match(/^\/pay\/(\w+)$/);
      if (hosted) page(request, response, hosted[1]).catch(error => response.writeHead(500).end(String(error)));
      else api(request, response, url, body);
    });
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  stand.url = `http://127.0.0.1:${server.address().port}`;
  stand.client = new Stripe(KEY, {host: '127.0.0.1', port: server.address().port, protocol: 'http', telemetry: false,
    maxNetworkRetries: 0});
  stand.sessions = sessions;
  stand.event = (type, object, more = {}) =>
    ({id: id('evt'), object: 'event', type, livemode: false, data: {object}, ...more});
  stand.sign = (payload, options = {}) =>
    stand.client.webhooks.generateTestHeaderString({payload, secret: stand.secret, ...options});
  // Returns the status the shop answered with. header: undefined signs it, null sends none.
  stand.post = async (payload, header = stand.sign(payload), to = stand.hook) => {
    const answer = await fetch(to, {method: 'POST', body: payload,
      headers: {'content-type': 'application/json', ...(header && {'stripe-signature': header})}});
    await answer.arrayBuffer();
    return answer.status;
  };
  stand.send = event => {
    stand.sent.push(event);
    return stand.post(JSON.stringify(event));
  };
  stand.stop = () => new Promise(resolve => { server.closeAllConnections(); server.close(resolve); });
  return stand;
}
