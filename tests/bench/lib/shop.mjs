// The shop that benches of orders buy from: `products` things of one variant each, by the API of a running server.
import {Agent, request} from 'node:http';
import {runCommand} from '../../lib/server.mjs';

export const OWNER = {email: 'owner@bench.example', password: 'calm water in the morning'};
export const agent = new Agent({keepAlive: true, maxSockets: 64});

let calls = 0;

// The parsed answer; rejects what is no success.
export function call(server, method, path, value, token, key = `call-${process.pid}-${calls++}`, connection = agent) {
  return new Promise((done, fail) => {
    const body = value === undefined ? '' : JSON.stringify(value);
    const headers = {'content-type': 'application/json', 'content-length': Buffer.byteLength(body),
      ...(token && {authorization: `Bearer ${token}`}), ...(method === 'POST' && {'idempotency-key': key})};
    const sent = request(server.url + path, {method, agent: connection, headers}, answer => {
      let text = '';
      answer.on('data', part => { text += part; });
      answer.on('end', () => answer.statusCode < 300 ? done(text === '' ? null : JSON.parse(text))
        : fail(new Error(`${method} ${path}: ${answer.statusCode} ${text}`)));
    });
    sent.on('error', fail).end(body);
  });
}

export async function inTurns(count, each) {
  let next = 0;
  const results = new Array(count);
  await Promise.all(Array.from({length: 64}, async () => {
    for (let i = next++; i < count; i = next++) results[i] = await each(i);
  }));
  return results;
}

// Its id, its owner's token and the ids of its variants. `store` is of tests/lib/server.mjs, `server` runs on it.
export async function openShop(store, server, products, stock) {
  const made = await runCommand(
    ['user', 'create', OWNER.email, '--name', 'Owner', '--handle', 'owner', ...store.args], {input: OWNER.password});
  if (made.code !== 0) throw new Error(made.stderr);
  const {token} = await call(server, 'POST', '/api/v1/sessions', OWNER);
  const shop = {handle: 'bench', name: 'Bench', currency: 'EUR', country: 'NL', language: 'en'};
  const {id} = await call(server, 'POST', '/api/v1/shops', shop, token);
  const variants = await inTurns(products, async i => {
    const {variants: [variant]} = await call(server, 'POST', '/api/v1/console/bench/products', {
      title: `Thing ${i}`, status: 'active', options: ['Size'],
      variants: [{sku: `T-${i}`, options: ['One'], price: '49.00'}]}, token);
    await call(server, 'PUT', `/api/v1/console/bench/variants/${variant.id}/stock`, {on_hand: stock}, token);
    return variant.id;
  });
  return {id, token, variants};
}
