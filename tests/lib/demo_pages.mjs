// Every page a shopper sees, on the shops of the demo: what quality.test.mjs judges, and what `make screens` photographs.
// Those of merchants: console_pages.mjs.
//   const demo = await openDemo();                       a filled store, served; {server, people, tokens, ids, close()}
//   const context = await contextOf(chromium, demo, entry, {size, theme, language});
//   await openEntry(await context.newPage(), demo, entry);
// An entry: name (of the picture), who ('stranger' by default, 'guest', 'shopper', 'merchant'), path (or a function of
// demo.ids), status (200 by default), act (what to do on the page before it is looked at), isRefused (its form answers 422,
// or 409), wrong (the field that is told so, where not every page of its kind can tell one),
// held (the name in demo.held of an answer that is shown in place of the server's: {en, zh}).
import {formFields} from './client.mjs';
import {newStore, runCommand, startServer} from './server.mjs';
import {until} from './wheel.mjs';

export const SIZES = {390: {width: 390, height: 844}, 1280: {width: 1280, height: 900}};
export const THEMES = ['light', 'dark'];
export const LANGUAGES = {en: 'en-GB', zh: 'zh-CN'};

export const LONG_PRODUCT = {
  title: 'Hand-thrown stoneware serving bowl with a wide foot, glazed in three dips of celadon over iron slip, ' +
    'fired twice in a wood kiln at Sanbao village, each one a little different from the one before it',
  options: ['Glaze and diameter'],
  variants: ['Celadon over iron, 24 cm', 'Celadon over iron, 31 cm with a lid of the same clay'],
};

// Sends a form without what browsers check, so that the server's own words are seen.
const submitEmpty = action => async page => {
  await page.evaluate(path => {
    const form = document.querySelector(`main form[action="${path}"]`);
    form.noValidate = true;
    form.requestSubmit(form.querySelector('button'));
  }, action);
  await page.waitForSelector('[aria-invalid="true"], .form-error');
};

// Writes in a form, in a fold if need be, and sends it without what browsers check; the server says what is wrong.
export const refuse = (form, fields) => async page => {
  await page.$eval(form, element => {
    for (let fold; (fold = element.closest('details:not([open])'));) fold.open = true;
  });
  for (const [field, value] of Object.entries(fields)) await page.fill(`${form} ${field}`, value);
  await page.$eval(form, element => {
    element.noValidate = true;
    element.requestSubmit(element.querySelector('button.primary, button.danger, button'));
  });
  await page.waitForSelector('[aria-invalid="true"], .form-error');
  await page.waitForLoadState(); // what was typed may come later on the line than the fault
  for (const [field, value] of Object.entries(fields)) {
    const typed = page.locator(`${form} ${field}`).first();
    if (!await typed.isVisible() || await typed.inputValue() !== value) throw new Error(`${field} lost what was typed`);
  }
};

const fill = values => async page => {
  for (const [field, value] of Object.entries(values)) await page.fill(field, value);
};

// Mails to one address are few in an hour; every look asks for another.
let addresses = 0;
const freshAddress = () => `nobody${++addresses}@example.com`;

export const shopperPages = [
  {name: 'feed', path: '/'},
  {name: 'feed-mine', who: 'shopper', path: '/'},
  {name: 'feed-new', who: 'guest', path: '/'},
  {name: 'explore', path: '/explore'},
  {name: 'tag', path: '/tag/reef'},
  {name: 'tag-empty', path: '/tag/nothing-here'},
  {name: 'post', path: ids => `/post/${ids.post}`},
  {name: 'post-signed-in', who: 'shopper', path: ids => `/post/${ids.post}`},
  {name: 'post-new', who: 'shopper', path: '/post/new'},
  {
    name: 'share',
    who: 'shopper',
    path: ids => `/post/${ids.post}`,
    act: async page => {
      await page.evaluate(() => document.querySelector('form[data-share-form]').submit());
      await page.waitForSelector('#address');
    },
  },
  {name: 'shop', path: '/s/reef'},
  {name: 'shop-clay', path: '/s/jingde'},
  {name: 'shop-tea', path: '/s/chaguan'},
  {name: 'shop-posts', path: '/s/reef/posts'},
  {name: 'product', path: '/s/reef/p/reef-one-piece'},
  {name: 'product-tea', path: '/s/chaguan/p/mengding-ganlu'},
  {name: 'product-ladder', path: '/s/jingde/p/everyday-plate'},
  {name: 'checkout-ladder', path: ids => `/checkout/jingde?v=${ids.plate}&q=34`},
  {name: 'checkout-sample', path: ids => `/checkout/jingde?v=${ids.plate}&sample=1`},
  {name: 'product-long', path: ids => `/s/jingde/p/${ids.longProduct}`},
  {name: 'profile', path: '/@ines'},
  {name: 'cart', who: 'shopper', path: '/cart'},
  {name: 'cart-empty', path: '/cart'},
  {name: 'checkout', who: 'shopper', path: '/checkout/reef'},
  {name: 'checkout-stranger', path: ids => `/checkout/reef?v=${ids.variant}&q=1`},
  {
    name: 'checkout-error',
    isRefused: true,
    path: ids => `/checkout/reef?v=${ids.variant}&q=1`,
    act: submitEmpty('/checkout/reef'),
  },
  {name: 'checkout-all', who: 'shopper', path: '/checkout'},
  {name: 'buy-now', who: 'shopper', path: ids => `/checkout/reef/now?v=${ids.variant}&q=1`},
  {name: 'bundle', who: 'shopper', path: ids => `/b/${ids.bundle}`},
  {name: 'order-added', who: 'shopper', path: ids => `/o/${ids.addedOrder}`},
  {name: 'order-addition', who: 'shopper', path: ids => `/o/${ids.addition}`},
  {name: 'split-ask', who: 'shopper', path: ids => `/o/${ids.unpaidOrder}/split`},
  {
    name: 'split-error',
    isRefused: true,
    wrong: '#amount_1',
    who: 'shopper',
    path: ids => `/o/${ids.unpaidOrder}/split`,
    act: refuse('main form', {'#name_0': 'Inês', '#name_1': 'Marit', '#amount_1': 'half'}),
  },
  {name: 'split', who: 'shopper', path: ids => `/o/${ids.splitOrder}/split`},
  {name: 'split-friend', path: ids => ids.splitDoor},
  {name: 'pay', who: 'shopper', path: ids => ids.payDoor},
  {name: 'order-unpaid', who: 'shopper', path: ids => `/o/${ids.unpaidOrder}`},
  {name: 'order', who: 'shopper', path: ids => `/o/${ids.order}`},
  {name: 'return-ask', who: 'shopper', path: ids => `/o/${ids.sentOrder}/return`},
  {
    name: 'return-ask-error',
    isRefused: true,
    wrong: '[name="reason"]',
    who: 'shopper',
    path: ids => `/o/${ids.sentOrder}/return`,
    act: refuse('main form', {'#words': 'A little too small.'}),
  },
  {name: 'return', who: 'shopper', path: ids => `/o/${ids.returnedOrder}/returns/${ids.return}`},
  {name: 'orders', who: 'shopper', path: '/me/orders'},
  {name: 'orders-empty', who: 'guest', path: '/me/orders'},
  {name: 'order-papers', who: 'shopper', path: ids => `/o/${ids.unpaidOrder}/papers`},
  {name: 'proforma', who: 'shopper', path: ids => `/o/${ids.unpaidOrder}/proforma`},
  {name: 'quotes-empty', who: 'guest', path: '/me/quotes'},
  {name: 'quote', path: ids => ids.quoteDoor},
  {name: 'quote-proforma', path: ids => ids.quoteDoor.replace('?', '/proforma?')},
  {name: 'quote-ask', path: '/s/jingde/p/river-bowls/quote'},
  {
    name: 'quote-ask-error',
    isRefused: true,
    wrong: '#quantity',
    path: '/s/jingde/p/river-bowls/quote',
    act: refuse('main form', {'#quantity': '0', '#note': 'Plain boxes, please.'}),
  },
  {name: 'chats', who: 'shopper', path: '/chat'},
  {name: 'chats-empty', path: '/chat'},
  {name: 'chat', who: 'shopper', path: ids => `/chat/${ids.conversation}`},
  {name: 'chat-start', path: ids => `/chat/with/reef?product=${ids.product}`},
  {name: 'me', who: 'shopper', path: '/me'},
  {name: 'me-guest', who: 'guest', path: '/me'},
  {name: 'login', path: '/login'},
  {
    name: 'login-error',
    isRefused: true,
    path: '/login',
    act: async page => {
      await fill({'#email': 'ines@example.com', '#password': 'not the password'})(page);
      await submitEmpty('/login')(page);
    },
  },
  {name: 'signup', path: '/signup'},
  {name: 'signup-error', isRefused: true, path: '/signup', act: submitEmpty('/signup')},
  {name: 'forgot', path: '/forgot'},
  {
    name: 'mail-sent',
    path: '/forgot',
    act: async page => {
      await fill({'#email': freshAddress()})(page);
      await page.click('main form button');
      await page.waitForSelector('.empty');
    },
  },
  {name: 'expired', path: `/reset/${'A'.repeat(43)}`, status: 403},
  {name: 'link-lost', path: '/l/nothing', status: 404},
  {name: 'sell', who: 'shopper', path: '/sell'},
  {name: 'sell-error', isRefused: true, who: 'shopper', path: '/sell', act: submitEmpty('/sell')},
  {name: 'not-found', path: '/nothing/here', status: 404},
  {
    name: 'confirm',
    path: '/cart',
    act: async page => {
      const {origin} = new URL(page.url());
      await page.setContent(
        `<form method="post" action="${origin}/forgot"><input name="email" value="${freshAddress()}"></form>`,
      );
      await Promise.all([page.waitForURL('**/forgot'), page.evaluate(() => document.forms[0].submit())]);
    },
  },
];

export const ok = async promise => {
  const answer = await promise;
  if (answer.status >= 400) throw new Error(`${answer.status} ${answer.text.slice(0, 400)}`);
  return answer;
};
export const firstOf = (page, pattern) => {
  const found = page.text.match(pattern);
  if (!found) throw new Error(`nothing like ${pattern} on the page:\n${page.text.slice(0, 2000)}`);
  return found[1];
};

let keys = 0;
const key = () => ({'idempotency-key': `pages-${process.pid}-${++keys}`});

// A minute of the demo holds more than a person says in a minute.
const MINUTE_MS = 90_000;
const isInTime = answer => answer.status !== 429;

export async function member(server, email, password) {
  const person = server.client();
  const {token} = (await ok(person.api('POST', '/api/v1/sessions', {email, password}))).json();
  const mine = (language = 'en') => ({headers: {cookie: `mp=${token}; mpl=${language}`}});
  return {token, get: (path, language) => ok(person.get(path, mine(language))),
    post: (path, fields) => ok(person.post(path, fields, mine())),
    api: async (method, path, body) => {
      const headers = {authorization: `Bearer ${token}`, ...key()};
      const answer = await until(() => person.api(method, path, body, headers), isInTime, MINUTE_MS);
      return (await ok(answer)).json();
    }};
}

const LISBON = {email: 'ines@example.com', country: 'PT', name: 'Inês Carvalho', line1: 'Rua das Flores 12',
  postcode: '1200-195', city: 'Lisboa', phone: '+351912345678'};

export async function placeOrder(shopper, variant) {
  const order = await shopper.api('POST', '/api/v1/shops/reef/orders', {lines: [{variant, quantity: 1}], ...LISBON});
  const {redirect} = await shopper.api('POST', `/api/v1/orders/${order.id}/payments`, {});
  return {id: order.id, door: redirect.replace(/^https?:\/\/[^/]+/, '')};
}

// Paid by play money; the provider tells it a moment later.
export async function payOrder(server, shopper, {id, door}) {
  const {pathname, searchParams} = new URL(door, server.url);
  await ok(server.client().post(pathname, {sig: searchParams.get('sig'), decision: 'pay'}));
  await until(() => shopper.api('GET', `/api/v1/orders/${id}`), order => order.payment === 'paid');
  return id;
}

// `served`: {url, password} of a demo that is served already; without it one is made and ended by close().
export async function openDemo({args = [], env, served} = {}) {
  let store, server = served && {url: served.url, stop: async () => {}}, password = served?.password;
  if (!server) {
    store = await newStore('sqlite');
    const made = await runCommand(['demo', ...args, ...store.args]);
    if (made.code !== 0) throw new Error(made.stderr);
    password = made.stdout.match(/password {2}(\S+)/)[1];
    server = await startServer({store, args: ['--rate-percent', '0'], env});
  } else {
    const {client} = await import('./client.mjs');
    server.client = options => client(server.url, options);
  }
  const shopper = await member(server, 'ines@example.com', password);
  const merchant = await member(server, 'marit@example.com', password);
  const potter = await member(server, 'wenqing@example.com', password);
  const teahouse = await member(server, 'lanzhi@example.com', password);
  if (store) await runCommand(['user', 'operator', 'wenqing@example.com', ...store.args]);
  const guest = (await ok(server.client().api('POST', '/api/v1/guests', {name: 'Nina'}, key()))).json();
  const product = await merchant.api('GET', '/api/v1/shops/reef/products/reef-one-piece');
  const variant = product.variants.find(v => v.available !== 0)?.id ?? product.variants[0].id;
  // Several are bought below.
  await merchant.api('PUT', `/api/v1/console/reef/variants/${variant}/stock`, {on_hand: 40});
  const long = await potter.api('POST', '/api/v1/console/jingde/products', {
    ...LONG_PRODUCT,
    status: 'active',
    variants: LONG_PRODUCT.variants.map(name => ({options: [name], price: '1248.00'})),
  });
  const reef = await shopper.api('GET', '/api/v1/shops/reef');
  await shopper.api('POST', '/api/v1/cart', {shop: reef.id, variant, quantity: 2});
  const unpaid = await placeOrder(shopper, variant);
  const bowl = long.variants[0].id, pottery = await shopper.api('GET', '/api/v1/shops/jingde');
  await shopper.api('POST', '/api/v1/cart', {shop: pottery.id, variant: bowl, quantity: 1});
  const bundle = await shopper.api('POST', '/api/v1/bundles', {...LISBON, orders: [
    {shop: 'reef', lines: [{variant, quantity: 1}]}, {shop: 'jingde', lines: [{variant: bowl, quantity: 1}]}]});
  const split = await placeOrder(shopper, variant);
  const {link} = await shopper.api('POST', `/api/v1/orders/${split.id}/shares`,
    {shares: [{name: 'Inês'}, {name: 'Marit'}, {name: 'Lanzhi'}]});
  const {variants: [plate]} = await potter.api('GET', '/api/v1/shops/jingde/products/everyday-plate');
  const {items: quotes} = await potter.api('GET', '/api/v1/console/jingde/quotes?state=quoted');
  const ids = {
    plate: plate.id, quoteDoor: `/q/${quotes[0].id}?key=${quotes[0].key}`,
    product: product.id, variant, longProduct: long.handle,
    post: firstOf(await shopper.get('/s/reef/posts'), /\/post\/([0-9a-z]{13})/),
    order: await payOrder(server, shopper, await placeOrder(shopper, variant)),
    conversation: firstOf(await shopper.get('/chat'), /\/chat\/([0-9a-z]{13})/),
    unpaidOrder: unpaid.id, payDoor: unpaid.door, bundle: bundle.id, splitOrder: split.id,
    splitDoor: link.replace(/^https?:\/\/[^/]+/, ''),
  };
  for (const name of ['sentOrder', 'returnedOrder']) {
    ids[name] = await payOrder(server, shopper, await placeOrder(shopper, variant));
    await merchant.api('POST', `/api/v1/console/reef/orders/${ids[name]}/ship`, {tracking: 'PostNL 3SDEVC0076543'});
  }
  ids.addedOrder = await payOrder(server, shopper, await placeOrder(shopper, variant));
  const edited = await merchant.api('POST', `/api/v1/console/reef/orders/${ids.addedOrder}/edit`,
    {add: [{variant, quantity: 1}]});
  ids.addition = edited.additions[0];
  ids.return = (await shopper.api('POST', `/api/v1/orders/${ids.returnedOrder}/returns`,
    {lines: [{position: 0, quantity: 1}], reason: 'fit', words: 'A size larger would be mine.'})).id;
  return {server, password, ids, people: {shopper, merchant, potter, teahouse}, held: {}, tokens: {shopper: shopper.token,
    merchant: merchant.token, potter: potter.token, teahouse: teahouse.token, operator: potter.token, guest: guest.token},
    close: async () => { await server.stop(); store?.remove(); }};
}

// A quotation that was answered, and an invoice.
export async function fillTrading({ids, people: {merchant, shopper}}) {
  const line = {variant: ids.variant, quantity: 50};
  const {id} = await shopper.api('POST', '/api/v1/shops/reef/quotes', {lines: [line]});
  await merchant.api('POST', `/api/v1/console/reef/quotes/${id}/answer`, {version: 0, shipping_minor: 3000,
    lines: [{...line, unit_minor: 7000}]});
  ids.quote = id;
  const seller = '/console/reef/papers/seller';
  await merchant.post(seller, {...formFields((await merchant.get(seller)).text, seller), legal_name: 'Marit de Wit',
    address: 'Kade 3'});
  await merchant.api('POST', '/api/v1/console/reef/papers', {order: ids.order});
}

export async function contextOf(chromium, demo, entry, {size, theme, language}) {
  const context = await chromium.newContext({viewport: SIZES[size], locale: LANGUAGES[language], colorScheme: theme,
    reducedMotion: 'reduce', ...(size === '390' && {hasTouch: true})});
  const cookies = {mpl: language, mp: demo.tokens[entry.who]};
  await context.addCookies(Object.entries(cookies).filter(([, value]) => value)
    .map(([name, value]) => ({name, value, url: demo.server.url})));
  return context;
}

// An answer of the server's that was kept stands for the page; what the page asks for by itself then is never answered.
async function hold(page, href, kept) {
  const language = (await page.context().cookies()).find(({name}) => name === 'mpl').value;
  await page.route(href, route =>
    route.request().isNavigationRequest()
      ? route.fulfill({contentType: 'text/html; charset=utf-8', body: kept[language]})
      : undefined,
  );
}

// One window for each person in each look: contextFor(entry, look), as contextOf gives it.
export function windowsOf(chromium, demo) {
  const windows = new Map();
  return (entry, look) => {
    const name = [entry.who, ...Object.values(look)].join(' ');
    if (!windows.has(name)) windows.set(name, contextOf(chromium, demo, entry, look));
    return windows.get(name);
  };
}

// Opens the entry's page and leaves it as it is to be looked at; the answer's status is as the entry says.
export async function openEntry(page, demo, entry) {
  const path = typeof entry.path === 'function' ? entry.path(demo.ids) : entry.path;
  const {href} = new URL(path, demo.server.url);
  if (entry.held) await hold(page, href, demo.held[entry.held]);
  const answer = await page.goto(href, {waitUntil: 'load'});
  const status = entry.status ?? 200;
  if (answer.status() !== status) throw new Error(`${path} answered ${answer.status()}, not ${status}`);
  await entry.act?.(page);
  return answer;
}
