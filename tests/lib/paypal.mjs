// PayPal as far as a shop meets it: Orders v2, refunds, and events signed with a certificate of a root of its own.
//   const paypal = await startPaypal();            env: paypal.env
//   paypal.hook = `${server.url}/hooks/paypal/${shop}`;
//   paypal.approve(id);                            what the payer does on their page
//   await paypal.send(paypal.event(type, resource))
//   paypal.troubles.push('lost' | 'silent' | 500)  for the next call that moves something
import {execFileSync} from 'node:child_process';
import {createSign} from 'node:crypto';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

export const VALUES = {client_id: 'client-of-the-reef', secret: 'secret-of-the-reef',
  webhook_id: '8PT597110X687430LKGECATA'};
const HOST = 'messageverificationcerts.paypal.com';

export function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

// A root, and certificates of it (or of a stranger's): {root, make(name, host)} with {key, pem}.
function makeRoots(folder) {
  const path = name => join(folder, name);
  const openssl = (...args) => execFileSync('openssl', args, {stdio: ['ignore', 'pipe', 'pipe']});
  for (const root of ['root', 'stranger']) {
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', `/CN=${root}`, '-keyout',
      path(`${root}.key`), '-out', path(`${root}.pem`));
  }
  const make = (name, host, root = 'root') => {
    writeFileSync(path('names'), `subjectAltName=DNS:${host}\n`);
    openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${host}`, '-keyout', path(`${name}.key`), '-out',
      path(`${name}.csr`));
    openssl('x509', '-req', '-in', path(`${name}.csr`), '-CA', path(`${root}.pem`), '-CAkey', path(`${root}.key`),
      '-CAcreateserial', '-days', '7', '-extfile', path('names'), '-out', path(`${name}.pem`));
    return {key: readFileSync(path(`${name}.key`)), pem: readFileSync(path(`${name}.pem`))};
  };
  return {file: path('root.pem'), make};
}

export async function startPaypal() {
  const folder = mkdtempSync(join(tmpdir(), 'millpond-paypal-'));
  const roots = makeRoots(folder);
  const signers = {good: roots.make('good', HOST), other: roots.make('other', 'other.paypal.example'),
    stranger: roots.make('strange', HOST, 'stranger')};
  const orders = new Map(), captures = new Map(), refunds = new Map(), replays = new Map();
  const stand = {hook: null, troubles: [], calls: [], declines: false, orders, captures};
  let counter = 0;
  const id = kind => `${kind}${process.pid}X${++counter}`;
  const links = (rel, href) => [{rel, href, method: 'GET'}];

  function makeOrder(body) {
    const order = {id: id('O'), status: 'PAYER_ACTION_REQUIRED', intent: body.intent, purchase_units: body.purchase_units,
      experience: body.payment_source.paypal.experience_context};
    order.links = links('payer-action', `${stand.url}/checkoutnow?token=${order.id}`);
    orders.set(order.id, order);
    return [200, order];
  }
  function capture(order) {
    if (order.status !== 'APPROVED') return [422, {name: 'UNPROCESSABLE_ENTITY'}];
    const unit = order.purchase_units[0];
    const status = stand.declines ? 'DECLINED' : 'COMPLETED';
    const made = {id: id('C'), status, amount: unit.amount, custom_id: unit.custom_id};
    captures.set(made.id, made);
    order.status = 'COMPLETED';
    unit.payments = {captures: [made]};
    return [201, order];
  }
  const refunded = one => [...refunds.values()].filter(r => r.of === one.id)
    .reduce((sum, r) => sum + Number(r.amount.value), 0);
  stand.refund = (captureId, amount) => {
    const one = captures.get(captureId);
    const most = Number(one.amount.value);
    if (refunded(one) + Number(amount.value) > most) return [422, {name: 'REFUND_AMOUNT_EXCEEDED'}];
    const made = {id: id('R'), status: 'COMPLETED', amount, of: captureId,
      links: links('up', `https://api-m.paypal.com/v2/payments/captures/${captureId}`)};
    refunds.set(made.id, made);
    return [201, made];
  };
  stand.approve = orderId => { orders.get(orderId).status = 'APPROVED'; };

  function move(path, body) {
    const parts = path.split('/');
    if (path === '/v2/checkout/orders') return makeOrder(body);
    if (path.endsWith('/capture')) return capture(orders.get(parts[4]));
    return stand.refund(parts[4], body.amount);
  }
  function look(path) {
    if (path === '/v1/notifications/webhooks') return [200, {webhooks: []}];
    const [, , , kind, one] = path.split('/');
    const found = {orders, captures, refunds}[kind]?.get(one);
    return found ? [200, found] : [404, {name: 'RESOURCE_NOT_FOUND'}];
  }
  function once(key, path, body) {
    if (!replays.has(key)) replays.set(key, move(path, JSON.parse(body)));
    return replays.get(key);
  }

  function handle(request, response, body) {
    const url = new URL(request.url, 'http://stand.in');
    const answer = ([status, value]) =>
      response.writeHead(status, {'content-type': 'application/json'}).end(JSON.stringify(value));
    const cert = url.pathname.match(/^\/certs\/(\w+)$/);
    if (cert) return response.writeHead(200).end(signers[cert[1]].pem);
    if (url.pathname === '/v1/oauth2/token') {
      const right = 'Basic ' + Buffer.from(`${VALUES.client_id}:${VALUES.secret}`).toString('base64');
      const isRight = request.headers.authorization === right;
      return answer(isRight ? [200, {access_token: 'token'}] : [401, {error: 'invalid_client'}]);
    }
    stand.calls.push({method: request.method, path: url.pathname, key: request.headers['paypal-request-id'], body});
    if (request.headers.authorization !== 'Bearer token') return answer([401, {name: 'AUTHENTICATION_FAILURE'}]);
    if (request.method === 'GET') return answer(look(url.pathname));
    const trouble = stand.troubles.shift();
    if (trouble === 'silent') return request.socket.destroy();
    if (typeof trouble === 'number') return answer([trouble, {name: 'INTERNAL_SERVER_ERROR'}]);
    const made = once(request.headers['paypal-request-id'], url.pathname, body);
    return trouble === 'lost' ? request.socket.destroy() : answer(made);
  }

  const server = createServer((request, response) => {
    let body = '';
    request.on('data', part => { body += part; });
    request.on('end', () => handle(request, response, body));
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  stand.url = `http://127.0.0.1:${server.address().port}`;
  stand.env = {MILLPOND_PAYPAL_SANDBOX_API: stand.url, MILLPOND_PAYPAL_ROOTS: roots.file};
  stand.event = (type, resource) => ({id: id('WH-'), event_type: type, resource});
  // The headers of a delivery; `changes` spoils them.
  stand.sign = (payload, {signer = 'good', webhook = VALUES.webhook_id, time = new Date().toISOString(), url} = {}) => {
    const transmission = id('T');
    const text = `${transmission}|${time}|${webhook}|${crc32(Buffer.from(payload))}`;
    return {'paypal-transmission-id': transmission, 'paypal-transmission-time': time, 'paypal-auth-algo': 'SHA256withRSA',
      'paypal-cert-url': url ?? `${stand.url}/certs/${signer}`,
      'paypal-transmission-sig': createSign('RSA-SHA256').update(text).sign(signers[signer].key, 'base64')};
  };
  stand.post = async (payload, headers = stand.sign(payload)) => {
    const answer = await fetch(stand.hook, {method: 'POST', body: payload,
      headers: {'content-type': 'application/json', ...headers}});
    await answer.arrayBuffer();
    return answer.status;
  };
  stand.send = event => stand.post(JSON.stringify(event));
  stand.stop = async () => {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
    rmSync(folder, {recursive: true, force: true});
  };
  return stand;
}
