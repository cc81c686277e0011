// Stripe against a stand-in on which the official package works as well: it signs the events, and plays the provider's
// own desk. Whichever way the news comes, the order is paid once; what is not signed by our provider changes nothing.
import assert from 'node:assert/strict';
import {createHmac} from 'node:crypto';
import {after, before, test} from 'node:test';
import {KEY, SECRET, startStripe} from '../lib/stripe.mjs';
import {ADDRESS, openPond, PASSWORD, until} from '../lib/wheel.mjs';

let stripe, pond, mara, shopId, counter = 0;

const key = what => `${what}-${++counter}`;
const local = location => { const {pathname, search} = new URL(location, 'http://pond'); return pathname + search; };

async function form(path, fields, at = path) {
  const page = await mara.get(at);
  const csrf = page.text.match(/name="csrf" value="([^"]*)"/)[1];
  return mara.post(path, {csrf, ...fields});
}
const connect = fields => form('/console/reef/payments/stripe', fields);

before(async () => {
  stripe = await startStripe();
  pond = await openPond({env: {MILLPOND_STRIPE_API: stripe.url}});
  mara = pond.server.client();
  await mara.post('/login', {email: 'mara@reef.example', password: PASSWORD});
});
after(async () => {
  await pond?.close();
  await stripe?.stop();
});

// An order of one piece by a new guest, or by the one given.
async function order(person) {
  const guest = person ?? await pond.guest(`Ann ${++counter}`);
  const made = await guest.api(
    'POST',
    '/api/v1/shops/reef/orders',
    {lines: [{variant: pond.product.variants[0].id, quantity: 1}], ...ADDRESS},
    {'idempotency-key': key('order')},
  );
  return {guest, id: made.id, total: made.total.minor};
}
const begin = (one, more = {remember: true}) =>
  one.guest.api('POST', `/api/v1/orders/${one.id}/payments`, {gateway: 'stripe', ...more}, {'idempotency-key': key('pay')});
const state = async one => (await one.guest.api('GET', `/api/v1/orders/${one.id}`));
const sessionOf = step => step.redirect.split('/').pop();
const come = (one, session) => one.guest.browser.get(local(stripe.sessions.get(session).success_url));
const completed = session => {
  const {more, ...told} = stripe.sessions.get(session);
  return stripe.event('checkout.session.completed', told);
};
async function alarms(one) {
  const page = await mara.get(`/console/reef/orders/${one.id}`);
  return (page.text.match(/A payment notice did not fit/g) ?? []).length;
}

async function pay(one, more) {
  const session = sessionOf(await begin(one, more));
  stripe.finish(session);
  return session;
}
async function paid(person) {
  const one = await order(person);
  one.session = await pay(one);
  await come(one, one.session);
  assert.equal((await state(one)).payment, 'paid');
  one.intent = stripe.sessions.get(one.session).payment_intent;
  return one;
}

test('nothing is switched on without both secrets, and a key is tried before it is kept', async () => {
  for (const fields of [
    {},
    {secret_key: KEY},
    {secret_key: KEY, webhook_secret: ''},
    {secret_key: KEY, webhook_secret: 'whsec_'},
    {secret_key: '', webhook_secret: SECRET},
    {secret_key: 'pk_test_12345678', webhook_secret: SECRET},
  ]) {
    assert.equal((await connect(fields)).status, 422, JSON.stringify(fields));
  }
  assert.equal((await connect({secret_key: 'sk_test_somebodyelses', webhook_secret: SECRET})).status, 403);
  const nobody = await pond.guest('Nina');
  const one = await order(nobody);
  const refused = await nobody.tryApi(
    'POST',
    `/api/v1/orders/${one.id}/payments`,
    {gateway: 'stripe'},
    {'idempotency-key': key('pay')},
  );
  assert.equal(refused.status, 422);
  assert.equal((await begin(one, {gateway: 'test'})).step, 'redirect');

  assert.equal((await connect({secret_key: KEY, webhook_secret: SECRET})).status, 303);
  const page = await mara.get('/console/reef/payments/stripe');
  assert.match(page.text, /···p7dc/);
  assert.match(page.text, /acct_reef/);
  assert.match(page.text, /test mode/);
  assert.ok(!page.text.includes(KEY) && !page.text.includes(SECRET));
  const hook = page.text.match(/value="([^"]*\/hooks\/stripe\/(\w+))"/);
  shopId = hook[2];
  stripe.hook = `${pond.server.url}/hooks/stripe/${shopId}`;
  const test = await nobody.tryApi(
    'POST',
    `/api/v1/orders/${one.id}/payments`,
    {gateway: 'test'},
    {'idempotency-key': key('pay')},
  );
  assert.equal(test.status, 422, 'play money is not offered beside real money');
});

test('she pays on the hosted page and comes back before the event: paid once', async () => {
  const one = await order();
  const session = await pay(one);
  const call = stripe.calls.find(c => c.path === '/v1/checkout/sessions');
  assert.match(call.key, /^attempt-/);
  const back = await come(one, session);
  assert.equal(back.location, `/o/${one.id}`);
  assert.equal((await state(one)).payment, 'paid');
  assert.equal(await stripe.send(completed(session)), 200);
  assert.equal((await state(one)).payment, 'paid');
  const detail = await stripe.client.checkout.sessions.retrieve(session);
  assert.equal(detail.metadata.order, one.id);
});

test('the event comes before she does, both come at once, and only the event comes', async () => {
  for (const how of ['event first', 'at once', 'event only']) {
    const one = await order();
    const session = await pay(one);
    if (how === 'event first') await stripe.send(completed(session));
    const events =
      how === 'at once' ? [completed(session), completed(session)] : how === 'event only' ? [completed(session)] : [];
    await Promise.all([...events.map(event => stripe.send(event)), ...(how === 'event only' ? [] : [come(one, session)])]);
    const order_ = await state(one);
    assert.equal(order_.payment, 'paid', how);
    assert.equal(order_.paid.minor, one.total, how);
  }
});

test('what she did not finish is not paid; a page left open too long is told', async () => {
  const one = await order();
  const session = sessionOf(await begin(one));
  await come(one, session);
  assert.equal((await state(one)).payment, 'unpaid');
  await stripe.client.checkout.sessions.expire(session);
  await come(one, session);
  assert.match((await one.guest.browser.get(`/o/${one.id}`)).text, /left open too long/);
  stripe.finish(sessionOf(await begin(one)));
});

test('silence and 5xx at the beginning are no refusal: the same key finds what was done', async () => {
  for (const trouble of ['lost', 'silent', 500, 503]) {
    const one = await order();
    stripe.troubles.push(trouble);
    const made = stripe.sessions.size;
    const step = await begin(one);
    assert.equal(step.step, 'pending', String(trouble));
    assert.equal((await state(one)).payment, 'unpaid');
    assert.match((await one.guest.browser.get(`/o/${one.id}`)).text, /asking your bank/);
    assert.equal(stripe.sessions.size - made, trouble === 'lost' ? 1 : 0);
  }
});

test('a remembered card pays at once; when the bank wants to see her, the hosted page takes over', async () => {
  const first = await paid();
  const again = await order(first.guest);
  const step = await begin(again, {use_saved: true});
  assert.equal(step.step, 'paid');
  assert.equal(step.method, 'Visa ···4242');
  assert.equal((await state(again)).payment, 'paid');
  for (const trouble of ['needsAction', 'declines']) {
    stripe[trouble] = true;
    const third = await order(first.guest);
    const hosted = await begin(third, {use_saved: true});
    stripe[trouble] = false;
    assert.equal(hosted.step, 'redirect', trouble);
    stripe.finish(sessionOf(hosted));
    await come(third, sessionOf(hosted));
    assert.equal((await state(third)).payment, 'paid');
  }
});

test('refunds: a part, the rest, from the provider\'s own desk, twice told, and lost answers', async () => {
  const one = await paid();
  const give = (minor, k) => pond.console('POST', `/orders/${one.id}/refunds`, {amount: (minor / 100).toFixed(2)},
    {'idempotency-key': k});
  await give(1000, 'r1');
  await give(1000, 'r1');
  assert.equal((await state(one)).refunded.minor, 1000);
  const desk = await stripe.client.refunds.create({payment_intent: one.intent, amount: 500});
  const event = stripe.event('refund.created', desk);
  for (const sent of [event, event, stripe.event('refund.updated', desk)]) assert.equal(await stripe.send(sent), 200);
  assert.equal((await state(one)).refunded.minor, 1500);
  stripe.troubles.push('lost');
  await give(one.total - 1500, 'r2');
  assert.equal((await state(one)).payment, 'part_refunded', 'nobody knows yet');
  const {data: rest} = {data: stripe.calls.filter(c => c.path === '/v1/refunds').at(-1)};
  assert.match(rest.key, /^refund-/);
  const missing = await stripe.client.refunds.create({payment_intent: one.intent, amount: one.total - 1500},
    {idempotencyKey: rest.key}).catch(error => error);
  assert.equal(missing.code, 'idempotency_key_in_use', 'our call has other parameters, and was done');
});

test('a refund before its capture waits, and is applied when the money comes', async () => {
  const one = await order();
  const session = await pay(one);
  const refund = await stripe.client.refunds.create({
    payment_intent: stripe.sessions.get(session).payment_intent,
    amount: 700,
  });
  assert.equal(await stripe.send(stripe.event('refund.created', refund)), 200);
  assert.equal((await state(one)).payment, 'unpaid');
  assert.equal(await stripe.send(completed(session)), 200);
  const got = await state(one);
  assert.equal(got.payment, 'part_refunded');
  assert.equal(got.refunded.minor, 700);
});

test('a dispute is recorded with an alarm', async () => {
  const one = await paid();
  const dispute = {id: 'dp_1', object: 'dispute', amount: one.total, currency: 'eur', payment_intent: one.intent};
  assert.equal(await stripe.send(stripe.event('charge.dispute.created', dispute)), 200);
  assert.equal(await alarms(one), 1);
  assert.equal((await state(one)).payment, 'paid');
});

test('C-30: what our provider did not sign, just now, for these bytes, changes nothing', async () => {
  const one = await order();
  const session = await pay(one);
  const payload = JSON.stringify(completed(session));
  const now = Math.floor(Date.now() / 1000);
  const refused = {
    'no signature': null,
    'wrong secret': stripe.sign(payload, {secret: 'whsec_another'}),
    'empty secret': `t=${now},v1=${createHmac('sha256', '').update(`${now}.${payload}`).digest('hex')}`,
    'too old': stripe.sign(payload, {timestamp: now - 301}),
    'too early': stripe.sign(payload, {timestamp: now + 400}),
    'other bytes': stripe.sign(JSON.stringify(JSON.parse(payload), null, 1)),
    'another scheme': stripe.sign(payload).replace('v1=', 'v0='),
    'nonsense': 't=,v1=',
  };
  for (const [what, header] of Object.entries(refused)) {
    assert.equal(await stripe.post(payload, header), 403, what);
    assert.equal((await state(one)).payment, 'unpaid', what);
  }
  const live = JSON.stringify({...completed(session), livemode: true});
  const other = JSON.stringify({...completed(session), account: 'acct_other'});
  for (const body of [live, other]) assert.equal(await stripe.post(body), 422);
  assert.equal((await state(one)).payment, 'unpaid');
  assert.equal(await stripe.post(payload, stripe.sign(payload), `${pond.server.url}/hooks/stripe/${one.id}`), 403);

  // While the secret changes there are two signatures, and either will do.
  const both = stripe.sign(payload, {secret: 'whsec_the-next-one'}) + ',' + stripe.sign(payload).split(',')[1];
  assert.equal(await stripe.post(payload, both), 200);
  assert.equal((await state(one)).payment, 'paid');
  assert.equal(await stripe.post(payload), 200, 'a replay is known');
  assert.equal((await state(one)).paid.minor, one.total);
  assert.doesNotThrow(() => stripe.client.webhooks.constructEvent(payload, stripe.sign(payload), SECRET));
});

test('C-31: another amount, currency, order, attempt or gateway is recorded with an alarm and pays nothing', async () => {
  const one = await order(), two = await order();
  const {more, ...object} = stripe.sessions.get(await pay(one));
  await begin(two);
  const tell = changes => stripe.send(stripe.event('checkout.session.completed',
    {...object, id: 'cs_test_unknown', ...changes}));
  const wrong = [{amount_total: one.total - 1}, {currency: 'usd'}, {metadata: {...object.metadata, order: two.id}}];
  for (const changes of wrong) assert.equal(await tell(changes), 200);
  assert.equal((await state(one)).payment, 'unpaid');
  assert.equal(await alarms(one), wrong.length);
  assert.equal(await tell({metadata: {attempt: one.id, order: one.id}}), 200);
  assert.equal(await tell({metadata: {}}), 200);
  assert.equal((await state(one)).payment, 'unpaid');
  assert.equal((await state(two)).payment, 'unpaid');
});

test('a card may be held first and charged by hand; what is cancelled is let go of', async () => {
  assert.equal((await connect({secret_key: KEY, webhook_secret: SECRET, later: '1'})).status, 303);
  const one = await order(), two = await order();
  for (const each of [one, two]) {
    each.session = await pay(each);
    await come(each, each.session);
    assert.equal((await state(each)).payment, 'authorised');
  }
  const page = await mara.get(`/console/reef/orders/${one.id}`);
  const take = page.text.match(/action="([^"]*\/capture)"/)[1];
  assert.equal((await form(take, {}, `/console/reef/orders/${one.id}`)).status, 303);
  assert.equal((await state(one)).payment, 'paid');
  await pond.console('POST', `/orders/${two.id}/cancel`, {why: 'changed her mind'});
  const intent = stripe.sessions.get(two.session).payment_intent;
  await until(() => stripe.client.paymentIntents.retrieve(intent), found => found.status === 'canceled');
  assert.equal((await connect({secret_key: KEY, webhook_secret: SECRET})).status, 303);
});

test('the books agree with all of it', async () => {
  const {code, stdout, stderr} = await pond.verify();
  assert.equal(code, 0, stdout + stderr);
});
