// Every page a merchant sees, on the shops of the demo and on a shop that was opened a minute ago; and the pages that are
// shown when something is wrong. demo_pages.mjs says what an entry is.
//   const demo = await openDemo(); await fillConsole(demo);   brings what the demo does not hold, and what demo.ids lacks
// Besides the people there, `who` may be 'potter' (owns jingde), 'teahouse' (owns chaguan), 'keeper' (owns the new shop
// "corner") or 'unlucky' (whose shop is on a server with a broken disk).
// Not here: parts of these pages, files and pictures (export.csv, qr.svg), /console, which leads to one of them, and the
// page of status 500, which only a mistake in the program shows: it is that of 503 with another sentence.
import {truncateSync} from 'node:fs';
import {join} from 'node:path';
import {formFields} from './client.mjs';
import {firstOf, member, ok, payOrder, placeOrder, refuse} from './demo_pages.mjs';
import {newStore, runCommand, startServer} from './server.mjs';
import {until} from './wheel.mjs';

const choose = async page => {
  await page.locator('.choose input').nth(0).check();
  await page.locator('.choose input').nth(1).check();
};

const reef = path => `/console/reef${path}`;
const mine = [
  {name: 'console', path: reef('')},
  {name: 'console-orders', path: reef('/orders')},
  {name: 'console-orders-paid', path: reef('/orders?state=paid')},
  {name: 'console-orders-none', path: reef('/orders?q=nobody%40example.com')},
  {name: 'console-orders-chosen', path: reef('/orders'), act: choose},
  {name: 'console-order-unpaid', path: ids => reef(`/orders/${ids.unpaidOrder}`)},
  {name: 'console-order-paid', path: ids => reef(`/orders/${ids.order}`)},
  {name: 'console-order-shipped', path: ids => reef(`/orders/${ids.shipped}`)},
  {name: 'console-order-refunded', path: ids => reef(`/orders/${ids.refunded}`)},
  {
    name: 'console-order-refused',
    isRefused: true,
    wrong: '#amount',
    path: ids => reef(`/orders/${ids.order}`),
    act: refuse('form[action$="/refund"]', {'#amount': '99999.00'}),
  },
  {
    name: 'console-parcel-refused',
    isRefused: true,
    wrong: '#q0',
    path: ids => reef(`/orders/${ids.order}`),
    act: async page => {
      await page.click('form[action$="/ship"] summary');
      await refuse('form[action$="/ship"]', {'#q0': '7', '#tracking': 'PostNL 3SDEVC0012345'})(page);
    },
  },
  {name: 'console-slips', path: ids => reef(`/orders/slips?o=${ids.order}&o=${ids.shipped}`)},
  {name: 'console-order-change', path: ids => reef(`/orders/${ids.order}/change`)},
  {
    name: 'console-order-change-told',
    path: ids => reef(`/orders/${ids.order}/change`),
    act: async page => {
      await page.selectOption('#add_0', {index: 1});
      await page.click('button[value="look"]');
      await page.waitForSelector('input[name="expected_minor"]', {state: 'attached'});
    },
  },
  {name: 'console-order-change-unpaid', path: ids => reef(`/orders/${ids.splitOrder}/change`)},
  {name: 'console-order-added', path: ids => reef(`/orders/${ids.addedOrder}`)},
  {name: 'console-returns', path: reef('/returns')},
  {name: 'console-returns-none', path: reef('/returns?state=sent')},
  {name: 'console-return', path: ids => reef(`/returns/${ids.return}`)},
  {
    name: 'console-return-refused',
    isRefused: true,
    wrong: '#refuse-words',
    path: ids => reef(`/returns/${ids.return}`),
    act: refuse('form[action$="/refuse"]', {'#refuse-words': ''}),
  },
  {name: 'console-products', path: reef('/products')},
  {name: 'console-products-none', path: reef('/products?q=nothing-here')},
  {name: 'console-product', path: ids => reef(`/products/${ids.product}`)},
  {name: 'console-product-new', path: reef('/products/new')},
  {
    name: 'console-product-refused',
    isRefused: true,
    path: reef('/products/new'),
    act: refuse('main form[enctype]', {'#f-title': 'Tide shorts', '#f-price': 'cheap'}),
  },
  {name: 'console-quantities', path: ids => reef(`/products/${ids.product}/quantities`)},
  {
    name: 'console-quantities-refused',
    isRefused: true,
    path: ids => reef(`/products/${ids.product}/quantities`),
    act: refuse('main form', {'input[name^="ladder_"]': '100: 7.10, 10: 8.50'}),
  },
  {name: 'console-stock', path: ids => reef(`/products/${ids.product}/stock`)},
  {
    name: 'console-stock-refused',
    isRefused: true,
    wrong: 'input[name^="on_hand_"]',
    path: ids => reef(`/products/${ids.product}/stock`),
    act: refuse('main form', {'input[name^="on_hand_"]': '9999999999'}),
  },
  {name: 'console-low', path: reef('/products/low')},
  {name: 'console-posts', path: reef('/posts')},
  {name: 'console-post-new', path: reef('/posts/new')},
  {name: 'console-inbox', path: reef('/inbox')},
  {name: 'console-inbox-one', path: ids => reef(`/inbox/${ids.inbox}`)},
  {name: 'console-inbox-none', path: reef('/inbox?q=nothing-here')},
  {name: 'console-customers', path: reef('/customers')},
  {name: 'console-customers-none', path: reef('/customers?q=nothing-here')},
  {name: 'console-customer', path: ids => reef(`/customers/${ids.contact}`)},
  {name: 'console-pairs', path: reef('/customers/pairs')},
  {name: 'console-pools', path: reef('/pools')},
  {name: 'console-pool', path: ids => reef(`/pools/${ids.pool}`)},
  {name: 'console-pool-visits', path: ids => reef(`/pools/${ids.pool}/visits?days=30`)},
  {name: 'console-pool-orders', path: reef('/pools/all/orders?days=30')},
  {name: 'console-pool-leads', path: ids => reef(`/pools/${ids.pool}/leads?days=30`)},
  {
    name: 'console-link-new',
    path: ids => reef(`/pools/${ids.pool}`),
    act: page => page.click('section details.fold > summary'),
  },
  {name: 'console-link-qr', path: ids => reef(`/links/${ids.link}/qr`)},
  {name: 'console-flows', path: reef('/flows')},
  {name: 'console-flow', path: ids => reef(`/flows/${ids.flow}`)},
  {name: 'console-flow-people', path: ids => ids.flowPeople},
  {name: 'console-flow-try', path: ids => reef(`/flows/${ids.flow}/try`)},
  {name: 'console-import', path: reef('/import')},
  {name: 'console-import-checked', path: ids => ids.checked},
  {name: 'console-money', path: reef('/money')},
  {name: 'console-money-owed', path: reef('/money?show=owed')},
  {
    name: 'console-payout-refused',
    isRefused: true,
    wrong: '#f-amount',
    path: reef('/money'),
    act: refuse('form[action$="/payouts"]', {'#f-amount': 'much'}),
  },
  {name: 'console-statement', path: ids => reef(`/money/${ids.month}`)},
  {name: 'console-papers-none', path: reef('/papers')},
  {name: 'console-seller', path: reef('/papers/seller')},
  {
    name: 'console-seller-refused',
    isRefused: true,
    path: reef('/papers/seller'),
    act: refuse('main form.card', {'#f-legal_name': ''}),
  },
  {name: 'console-order-papers', path: ids => reef(`/orders/${ids.order}/papers`)},
  {name: 'console-settings', path: reef('/settings')},
  {
    name: 'console-settings-refused',
    isRefused: true,
    path: reef('/settings'),
    act: refuse('main form[enctype]', {'#f-name': '', '#f-tax': 'much'}),
  },
  {name: 'console-payments', path: reef('/payments')},
  {name: 'console-payments-stripe', path: reef('/payments/stripe')},
  {name: 'console-payments-transfer', path: reef('/payments/transfer')},
  {name: 'console-payments-delivery', path: reef('/payments/delivery')},
  {name: 'console-channels', path: reef('/channels')},
  {name: 'console-mails', path: reef('/mails')},
  {name: 'media', path: '/media'},
  {name: 'console-start', path: reef('/start')},
  {name: 'console-ready', path: ids => reef(`/start/${ids.link}`)},
].map(entry => ({who: 'merchant', ...entry}));

const jingde = path => `/console/jingde${path}`;
const potters = [
  {name: 'console-ladder', path: ids => jingde(`/products/${ids.plateProduct}/quantities`)},
  {name: 'console-returns-clay', path: jingde('/returns')},
  {name: 'console-return-agreed', path: ids => jingde(`/returns/${ids.brokenReturn}`)},
  {name: 'console-papers', path: jingde('/papers')},
  {name: 'console-invoice', path: ids => jingde(`/papers/${ids.invoice}`)},
  {name: 'console-quotes', path: jingde('/quotes')},
  {name: 'console-quote-asked', path: ids => jingde(`/quotes/${ids.quoteAsked}`)},
  {
    name: 'console-quote-refused',
    isRefused: true,
    wrong: '#unit_0',
    path: ids => jingde(`/quotes/${ids.quoteAsked}`),
    act: refuse('form[action$="/answer"]', {'#unit_0': 'cheap', '#f-place': 'Ningbo'}),
  },
  {name: 'console-order-long', path: ids => jingde(`/orders/${ids.longOrder}`)},
  {name: 'console-proforma-long', path: ids => jingde(`/orders/${ids.longOrder}/proforma`)},
  {name: 'console-orders-long', path: jingde('/orders')},
  {name: 'console-customers-long', path: jingde('/customers')},
  {name: 'console-quote-out', path: ids => jingde(`/quotes/${ids.quoteOut}`)},
  {name: 'console-quote-accepted', path: ids => jingde(`/quotes/${ids.quoteAccepted}`)},
  {name: 'console-selling', path: jingde('/selling')},
  {name: 'console-selling-tax', path: jingde('/selling/tax')},
  {name: 'console-selling-currencies', path: jingde('/selling/currencies')},
  {name: 'console-papers-of-quote', path: ids => jingde(`/orders/${ids.quoteOrder}/papers`)},
  {name: 'console-proforma', path: ids => jingde(`/orders/${ids.quoteOrder}/proforma`)},
  {name: 'console-import-done', path: ids => ids.imported},
  {name: 'console-import-columns', path: ids => `${ids.mapping}/columns`},
  {name: 'trade', path: jingde('/trade')},
  {name: 'trade-found', path: jingde('/trade?q=porcelain')},
  {name: 'trade-none', path: jingde('/trade?q=nothing-here')},
  {name: 'trade-company', path: ids => ids.company},
  {name: 'trade-hs', path: jingde('/trade/hs')},
  {name: 'trade-hs-chapter', path: jingde('/trade/hs?code=69')},
  {name: 'trade-imports', path: jingde('/trade/imports')},
  {name: 'trade-columns', path: ids => ids.tradeGuessed},
  {name: 'trade-running', path: ids => ids.tradeRunning, held: 'trading'},
  {name: 'trade-done', path: ids => ids.tradeDone},
].map(entry => ({who: 'potter', ...entry}));

// A shop that was opened a minute ago: the guide, and what each page says while there is nothing on it.
const newShops = [
  '',
  '/orders',
  '/quotes',
  '/returns',
  '/papers',
  '/money',
  '/products',
  '/posts',
  '/inbox',
  '/customers',
  '/customers/pairs',
  '/pools',
  '/flows',
  '/mails',
  '/products/low',
  '/trade',
  '/trade/hs',
  '/trade/imports',
  '/import',
  '/start',
].map(path => ({name: `new${path.replaceAll('/', '-') || '-console'}`, who: 'keeper', path: `/console/corner${path}`}));

const others = [
  {name: 'tea-console', who: 'teahouse', path: '/console/chaguan'},
  {name: 'tea-orders', who: 'teahouse', path: '/console/chaguan/orders'},
  {name: 'console-import-running', who: 'teahouse', path: ids => ids.running, held: 'importing'},
  {name: 'operator-jobs', who: 'potter', path: '/admin/jobs'},
  {name: 'unavailable', who: 'unlucky', path: ids => `${ids.unlucky}/console/unlucky/trade`, status: 503},
];

export const consolePages = [...mine, ...potters, ...newShops, ...others];

// Sends a table as the form does: the address where it is to be seen.
async function upload(person, path, name, lines) {
  const form = new FormData();
  form.append('file', new Blob([lines.join('\n')], {type: 'text/csv'}), name);
  return new URL((await person.post(path, form)).location, 'http://here').pathname;
}

// What a page says of work that is over in a moment, in both languages; `begin` gives its address and is asked again with
// another number when the work was faster.
async function catchUnderWay(person, begin) {
  for (let number = 1; number <= 9; number++) {
    const path = await begin(number);
    const [en, zh] = (await Promise.all(['en', 'zh'].map(language => person.get(path, language)))).map(({text}) => text);
    if ([en, zh].every(text => /hx-trigger="every/.test(text))) return {path, held: {en, zh}};
  }
  throw new Error('nothing was seen while it ran');
}

const GOODS = ['Handle,Title,Vendor,Published,Option1 Name,Option1 Value,Variant SKU,Variant Price,Status'];
const good = (handle, title, sku, price) => `${handle},${title},Workshop,TRUE,Title,Default Title,${sku},${price},draft`;
const UNKNOWN = ['Bezeichnung;Preis;Artikelnummer;Regal', 'Strandtuch;39,00;TUCH-1;A3', 'Tasche;24,50;TA-2;A4'];
const CUSTOMS = ['Date,Importer,Exporter,HS code,Product,Origin,Quantity,Value USD'];
const shipment = n => [`2025-0${1 + n % 9}-1${n % 10}`, 'Porcelain Imports BV', 'Sanbao Kiln Ltd', 691110 + n % 80,
  `Bone china cups ${n}`, 'CHINA', n, `${n}.50`].join();
const many = (count, line) => Array.from({length: count}, (_, i) => line(i + 1));

async function fillOrders({server, ids, people: {merchant, shopper}}) {
  const paid = async () => payOrder(server, shopper, await placeOrder(shopper, ids.variant));
  const act = (id, what, body) => merchant.api('POST', `/api/v1/console/reef/orders/${id}/${what}`, body);
  ids.shipped = await paid();
  await act(ids.shipped, 'ship', {tracking: 'PostNL 3SDEVC0012345'});
  ids.refunded = await paid();
  const {total} = await merchant.api('GET', `/api/v1/console/reef/orders/${ids.refunded}`);
  await act(ids.refunded, 'refunds', {amount: total.amount});
  await until(
    () => merchant.api('GET', `/api/v1/console/reef/orders/${ids.refunded}`),
    order => order.payment === 'refunded',
  );
  ids.month = new Date().toISOString().slice(0, 7);
}

// A request that waits, a quotation that is out, and one that became an order with its deposit to pay.
async function fillQuotes({ids, people: {potter, shopper}}) {
  const {items} = await shopper.api('GET', '/api/v1/shops/jingde/products');
  const {id: product, variants} = await shopper.api('GET', `/api/v1/shops/jingde/products/${items[0].handle}`);
  const shelf = jingde(`/products/${product}/stock`);
  await potter.post(shelf, {...formFields((await potter.get(shelf)).text, shelf), [`on_hand_${variants[0].id}`]: 2000});
  const ask = quantity => shopper.api('POST', '/api/v1/shops/jingde/quotes', {country: 'PT', incoterm: 'FOB',
    note: 'Plain boxes, please.', lines: [{variant: variants[0].id, quantity}]});
  const answer = id => potter.api('POST', `/api/v1/console/jingde/quotes/${id}/answer`, {version: 0, deposit_percent: 30,
    incoterm: 'FOB', place: 'Ningbo', lead_time: '25 days after the deposit', shipping_minor: 12000, pay_days: 10,
    lines: [{variant: variants[0].id, quantity: 400, unit_minor: 620}, {variant: variants[0].id, quantity: 1,
      unit_minor: 900, sample: true}]});
  ids.quoteAsked = (await ask(120)).id;
  ids.quoteOut = (await ask(400)).id;
  await answer(ids.quoteOut);
  const {id} = await ask(400);
  await answer(id);
  ids.quoteAccepted = id;
  ({order: ids.quoteOrder} = await shopper.api('POST', `/api/v1/quotes/${id}/accept`, {version: 1,
    email: 'ines@example.com', country: 'PT', name: 'Inês Carvalho', line1: 'Rua das Flores 12', postcode: '1200-195',
    city: 'Lisboa', phone: '+351912345678'}));
}

// Long names, one long word, amounts of many digits, an address of 61 letters: an order and a quotation of them.
const LONG_ADDRESS = {email: 'wilhelmina.van.der.berg-oosterhout@keramikgrosshandel.example', country: 'DE',
  name: 'Wilhelmina Alexandrina van der Berg-Oosterhout', line1: 'Straße des siebzehnten Juni 135, Hinterhaus',
  postcode: '10623', city: 'Berlin-Charlottenburg', phone: '+4915112345678'};
async function fillLong({server, ids, people: {potter}}) {
  const {handle} = await potter.api('POST', '/api/v1/console/jingde/products', {status: 'active', options: ['Size'],
    title: 'Donaudampfschifffahrtsgesellschaftskapitänsteeservice', variants: [{options: ['For 120'], price: '99999.90'}]});
  const {variants: [{id: variant}]} = await potter.api('GET', `/api/v1/shops/jingde/products/${handle}`);
  const {token} = (await ok(server.client().api('POST', '/api/v1/guests', {name: 'Wilhelmina'}))).json();
  const guest = {authorization: `Bearer ${token}`};
  const lines = [{variant, quantity: 99}];
  ids.longOrder = (await ok(server.client().api('POST', '/api/v1/shops/jingde/orders', {lines, ...LONG_ADDRESS},
    {...guest, 'idempotency-key': 'long-order'}))).json().id;
  const {id} = (await ok(server.client().api('POST', '/api/v1/shops/jingde/quotes', {lines},
    {...guest, 'idempotency-key': 'long-quote'}))).json();
  await potter.api('POST', `/api/v1/console/jingde/quotes/${id}/answer`, {version: 0, shipping_minor: 990000,
    lines: [{...lines[0], unit_minor: 9000000}]});
}

// What the works' story left: its ladder, and the return that was agreed to.
async function fillWorks({ids, people: {potter}}) {
  ids.plateProduct = (await potter.api('GET', '/api/v1/shops/jingde/products/everyday-plate')).id;
  ids.invoice = (await potter.api('GET', '/api/v1/console/jingde/papers')).items[0].id;
  ids.brokenReturn = (await potter.api('GET', '/api/v1/console/jingde/returns')).items[0].id;
}

async function fillRelations({ids, people: {merchant, shopper}}) {
  const {items: contacts} = await merchant.api('GET', '/api/v1/console/reef/customers?q=ines%40example.com');
  ids.contact = contacts[0].id;
  const asked = {text: 'Hello! Does the one-piece run small? I am between S and M.'};
  ids.inbox = (await shopper.api('POST', '/api/v1/shops/reef/conversations', asked)).id;
  await shopper.api('POST', `/api/v1/conversations/${ids.inbox}/person`, {});
  const {items: pools} = await merchant.api('GET', '/api/v1/console/reef/pools');
  ids.pool = pools.find(pool => /insta/i.test(pool.name))?.id ?? pools[0].id;
  ids.link = (await merchant.api('GET', `/api/v1/console/reef/pools/${ids.pool}/links`)).items[0].id;
  ids.flow = (await merchant.api('GET', '/api/v1/shops/reef/flows')).items.find(flow => flow.standard).id;
  ids.flowPeople = firstOf(await merchant.get(reef(`/flows/${ids.flow}`)), /href="([^"]*\/people\?[^"]*reached)"/)
    .replaceAll('&amp;', '&');
  await merchant.post(reef(`/flows/${ids.flow}/try/again`), {language: 'en'});
}

// A shop has one import at a time: what waits ends with the next file.
async function fillImports({ids, held, people: {merchant, potter, teahouse}}) {
  const settled = (person, path) => until(() => person.get(path), ({text}) => !/hx-trigger="every/.test(text));
  const own = (await merchant.get(reef('/products/export.csv'))).text.trimEnd().split('\n');
  const dearer = own.map((line, i) => (i === 1 ? line.replace(/,(\d+)\.00,/, ',9$1.00,') : line));
  ids.checked = await upload(merchant, reef('/import'), 'reef-autumn.csv', [...dearer, 'tide-shorts,Tide shorts']);
  await settled(merchant, ids.checked);
  const running = await catchUnderWay(teahouse, n => upload(teahouse, '/console/chaguan/import', 'warehouse.csv',
    [...GOODS, ...many(2000 * n, i => good(`cup-${i}`, `Cup ${i}`, `CUP-${n}-${i}`, '12.00'))]));
  [ids.running, held.importing] = [running.path, running.held];
  ids.imported = await upload(potter, jingde('/import'), 'workshop.csv', [
    ...GOODS,
    good('tea-cup', 'Thrown tea cup', 'CUP-1', '18.00'),
    good('side-pot', 'Tea pot with a side handle', 'POT-1', '96.00'),
    good('tea-tray', 'Tea tray', 'TRAY-1', 'ask us'),
  ]);
  await settled(potter, ids.imported);
  await potter.post(`${ids.imported}/start`);
  await settled(potter, ids.imported);
  ids.mapping = (await upload(potter, jingde('/import'), 'strand.csv', UNKNOWN)).replace(/\/columns$/, '');
}

async function fillTrade({ids, held, people: {potter}}) {
  const page = await potter.get(jingde('/trade'));
  ids.company = firstOf(page, /href="([^"]*\/trade\/companies\/[0-9a-z]{13})"/);
  ids.tradeDone = firstOf(await potter.get(jingde('/trade/imports')), /href="([^"]*\/trade\/imports\/[0-9a-z]{13})"/);
  const bring = (name, lines) => upload(potter, jingde('/trade/imports'), name, [...CUSTOMS, ...lines]);
  ids.tradeGuessed = await bring('antwerp-2025.csv', many(12, shipment));
  const running = await catchUnderWay(potter, async n => {
    const path = await bring(`rotterdam-${n}.csv`, many(3000 * n, i => shipment(i + n)));
    await potter.post(path, {...formFields((await potter.get(path)).text, path), do: 'start'});
    return path;
  });
  [ids.tradeRunning, held.trading] = [running.path, running.held];
}

// A server of its own whose disk lost what it held: its customs records cannot be read.
async function openUnlucky({ids, tokens}) {
  const store = await newStore('sqlite'), password = 'rain in the morning';
  const made = await runCommand(['user', 'create', 'olga@example.com', '--name', 'Olga', '--handle', 'olga', ...store.args],
    {input: password});
  if (made.code !== 0) throw new Error(made.stderr);
  const server = await startServer({store, args: ['--rate-percent', '0']});
  const owner = await member(server, 'olga@example.com', password);
  await owner.api('POST', '/api/v1/shops', {
    handle: 'unlucky',
    name: 'Unlucky',
    currency: 'EUR',
    country: 'NL',
    language: 'en',
  });
  for (const name of ['trade.db', 'trade.db-wal']) truncateSync(join(store.dataDir, name));
  [ids.unlucky, tokens.unlucky] = [server.url, owner.token];
  return async () => { await server.stop(); store.remove(); };
}

export async function fillConsole(demo) {
  const {server, password, tokens} = demo;
  const keeper = await member(server, 'tomasz@example.com', password);
  await keeper.api('POST', '/api/v1/shops', {
    handle: 'corner',
    name: 'Corner Café',
    currency: 'EUR',
    country: 'PL',
    language: 'en',
  });
  tokens.keeper = keeper.token;
  await fillOrders(demo);
  await fillWorks(demo);
  await fillQuotes(demo);
  await fillLong(demo);
  await fillRelations(demo);
  await fillImports(demo);
  await fillTrade(demo);
  const closeUnlucky = await openUnlucky(demo);
  const {close} = demo;
  demo.close = async () => { await closeUnlucky(); await close(); };
  return demo;
}
