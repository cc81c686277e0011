// Many shoppers at once for few pieces, over the API: each orders one piece and pays, asks again with the same key
// whenever the server went away, and now and then sends everything twice.
//   const race = await openRace({store, shoppers: 500, args, env});
//   const outcome = await race.run({seed, pieces: 50, faults});
//     {sold, told, on_hand, held, newest}; throws on an answer that may not be
import {ADDRESS, ok, openPond} from './wheel.mjs';

const GONE = /ECONNRESET|ECONNREFUSED|EPIPE|socket hang up/;

// A seeded generator (mulberry32).
export function seeded(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const problem = answer => answer.json().type?.replace('/problems/', '') ?? '';

export async function openRace({shoppers, ...options}) {
  const pond = await openPond({stock: 1, ...options});
  const people = [];
  while (people.length < shoppers) {
    const many = Array.from({length: Math.min(50, shoppers - people.length)}, (_, i) => pond.guest(`s${people.length + i}`));
    people.push(...await Promise.all(many));
  }

  // `faults`: {act() called before each call, mayRetry(answer or error), back() waits until it makes sense to try again}.
  async function attempt(faults, send) {
    for (;;) {
      faults.act();
      let answer;
      try {
        answer = await send();
      } catch (error) {
        if (!GONE.test(`${error.code} ${error.message}`) || !faults.mayRetry(error)) throw error;
        await faults.back();
        continue;
      }
      const isRunning = answer.status === 409 && problem(answer) === 'error.key_running';
      if (!isRunning && !(answer.status >= 500 && faults.mayRetry(answer))) return answer;
      await faults.back();
    }
  }

  async function shop(person, variant, key, faults, random) {
    const place = () => attempt(faults, () => person.tryApi('POST', '/api/v1/shops/reef/orders',
      {lines: [{variant, quantity: 1}], ...ADDRESS, email: `${person.name}@pond.example`}, {'idempotency-key': key}));
    const [answer, twin] = await Promise.all(random() < 0.3 ? [place(), place()] : [place()]);
    if (twin && (twin.status !== answer.status || (twin.status === 201 && twin.json().id !== answer.json().id))) {
      throw new Error(`one key, two answers: ${answer.text} and ${twin.text}`);
    }
    if (answer.status === 409 && problem(answer) === 'stock.sold_out') return {told: true};
    if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
    const {id} = answer.json();
    for (;;) {
      const begun = await attempt(faults, () =>
        person.tryApi('POST', `/api/v1/orders/${id}/payments`, {}, {'idempotency-key': `${key}-pay`}));
      const {redirect} = begun.status < 300 ? begun.json() : {};
      if (redirect) await attempt(faults, () => person.pay(redirect));
      const seen = await attempt(faults, () => person.tryApi('GET', `/api/v1/orders/${id}`));
      if (seen.status === 200 && seen.json().payment === 'paid') return {id};
      if (begun.status >= 300 && begun.status < 500) throw new Error(`${begun.status} ${begun.text}`);
    }
  }

  async function run({seed, pieces, faults}) {
    const random = seeded(seed);
    const product = await ok(attempt(faults, () => pond.server.client().api('POST', '/api/v1/console/reef/products',
      {title: `Mug ${seed}`, status: 'active', options: ['Size'],
        variants: [{sku: `MUG-${seed}`, options: ['One'], price: '49.00'}]},
      {authorization: `Bearer ${pond.merchantToken}`, 'idempotency-key': `mug-${seed}`})));
    const variant = product.variants[0].id;
    await pond.console('PUT', `/variants/${variant}/stock`, {on_hand: pieces});
    const outcomes = await Promise.all(
      people.map((person, i) => shop(person, variant, `race-${seed}-${i}`, faults, random)));
    await faults.back();
    const [line] = (await pond.console('GET', `/products/${product.id}/stock`)).items;
    const [newest] = (await pond.console('GET', '/orders')).items;
    return {
      sold: new Set(outcomes.filter(o => o.id).map(o => o.id)).size,
      told: outcomes.filter(o => o.told).length,
      on_hand: line.on_hand,
      held: line.held,
      newest: newest.number,
    };
  }

  return {pond, people, run};
}
