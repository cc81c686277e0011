// Hostile text in every field that somebody may fill, and then every page, and every mail, in a browser: nothing of it is
// markup, nothing runs, nothing is fetched from elsewhere. The forms are found by walking the links as each kind of
// person; what the forms do not hold (file names, cells of a table, names and words of a channel, user agents, referrers)
// is sent beside them.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {browser} from '../lib/browser.mjs';
import {contextOf, fillTrading, openDemo, openEntry, shopperPages} from '../lib/demo_pages.mjs';
import {photograph} from '../lib/picture.mjs';
import {startSmtp} from '../lib/smtp.mjs';
import {startTelegram} from '../lib/telegram.mjs';
import {routesOf} from '../lib/town.mjs';
import {ADDRESS, PHONE_AGENT, ok, until} from '../lib/wheel.mjs';

// Each would leave an element <xss-x> or an attribute xss-a in the document, run, or ask another host, were it ever taken
// for more than text.
const HOSTILE = [
  '"><xss-x><img src=x onerror=__pwned(1)>', '<script>__pwned(2)</script><xss-x>',
  '</title><xss-x><svg onload=__pwned(3)>', "' xss-a onmouseover=__pwned(4) x='", '" xss-a autofocus onfocus="__pwned(5)',
  '</textarea></script><xss-x>', ']]><xss-x><svg/onload=__pwned(6)>', '{{7*7}}${__pwned(7)}<%= 7 %><xss-x>',
  '&lt;xss-x&gt;&#60;xss-x&#62;&quot; xss-a', '\u202e<xss-x>\u2066gpj\u200b', '[x](javascript:__pwned(8))<xss-x>',
  'javascript:__pwned(9)//<xss-x>', '<!--<xss-x', "' + __pwned(10) + '<xss-x>", '\u2028<xss-x>\ufeff\u0301\u0301',
  '<iframe srcdoc="<xss-x>">', '<base href=//evil.invalid><xss-x>', '＜script＞"><xss-x ｘ',
  '<meta http-equiv=refresh content=0;//evil.invalid><xss-x>', 'data:text/html,<xss-x>',
  '<a href=javascript:__pwned(11)><xss-x>', '<math><mtext><table><mglyph><style><xss-x>', '\\"><xss-x>',
  '#"><xss-x> #<xss-x>', '<plaintext><xss-x>',
];
// Those without signs that turn the reading direction or are invisible: what refuses such signs refuses them alone.
const PLAIN = HOSTILE.filter(text => /^[\x20-\x7e]*$/.test(text));
let turn = 0;
const hostile = () => HOSTILE[turn++ % HOSTILE.length];
let telegram, smtp, demo, chromium, routes, site;
const faults = [];

before(async () => {
  telegram = await startTelegram();
  smtp = await startSmtp();
  demo = await openDemo({args: ['--small'], env: {MILLPOND_SMTP_URL: smtp.url, MILLPOND_SMTP_FROM: 'shop@pond.example',
    MILLPOND_TELEGRAM_API: telegram.url}});
  await fillTrading(demo);
  site = demo.server.url;
  chromium = await browser();
  routes = (await routesOf()).map(route => ({...route,
    fits: new RegExp(`^${route.path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`)}));
  // What is written in full stands before what has a place in it.
  routes.sort((a, b) => a.path.split('{').length - b.path.split('{').length);
});
after(async () => {
  await chromium?.close();
  await demo?.close();
  await smtp?.stop();
  await telegram?.stop();
});

const routeOf = (method, path) => routes.find(route => route.method === method && route.fits.test(path))?.path;
const caller =
  who =>
  (method, path, body, headers = {}) =>
    demo.server
      .client()
      .api(method, path, body, {
        ...(demo.tokens[who] && {authorization: `Bearer ${demo.tokens[who]}`}),
        'idempotency-key': `hostile-${turn}-${path}`,
        ...headers,
      });

// What is wrong with the document as it stands, whatever the content policy kept from running.
function inspect() {
  const found = [
    ...document.querySelectorAll('xss-x, [xss-a], iframe, object, embed, base, meta[http-equiv="refresh" i], plaintext'),
  ].map(element => element.outerHTML.slice(0, 200));
  for (const element of document.querySelectorAll('*')) for (const {name, value} of element.attributes) {
    const isScheme = ['href', 'src', 'action', 'formaction', 'xlink:href', 'data', 'poster', 'srcdoc'].includes(name) &&
      /^[\s\0-\x20]*(javascript|data:(?!image\/)|vbscript)/i.test(value);
    if (/^on/.test(name) || isScheme || name === 'srcdoc') found.push(`${element.tagName} ${name}="${value.slice(0, 120)}"`);
  }
  for (const script of document.scripts)
    if (!script.src && script.type !== 'application/json') found.push(script.outerHTML.slice(0, 200));
  return [...found, ...(globalThis.__refused ?? [])];
}

async function contextFor(who) {
  const context = await contextOf(chromium, demo, {who}, {size: '1280', theme: 'light', language: 'en'});
  await context.exposeFunction('__pwned', number => { faults.push(`ran: ${number}`); });
  await context.addInitScript(() => {
    globalThis.__refused = [];
    addEventListener('securitypolicyviolation', event =>
      globalThis.__refused.push(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
  });
  context.on('page', page => {
    const say = what => faults.push(`${who} ${page.url()}: ${what}`);
    page.setDefaultTimeout(20_000);
    page.on('dialog', dialog => { say(`dialog ${dialog.message()}`); dialog.dismiss(); });
    page.on('pageerror', error => say(String(error)));
    page.on('popup', popup => say(`opened ${popup.url()}`));
    page.on('request', request => {
      if (!request.url().startsWith(`${site}/`) && !/^(blob|data):/.test(request.url())) say(`asked ${request.url()}`);
    });
  });
  return context;
}

// Opens what is folded, passes over everything as a pointer and the keyboard do, and looks.
async function look(page, what) {
  await page.evaluate(async () => {
    for (const details of document.querySelectorAll('details')) details.open = true;
    for (const element of document.querySelectorAll('main *'))
      for (const kind of ['mouseover', 'mouseenter', 'pointerover']) {
        element.dispatchEvent(new MouseEvent(kind, {bubbles: kind !== 'mouseenter'}));
      }
    for (const field of document.querySelectorAll('input, textarea, select, button, a')) field.focus({preventScroll: true});
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  });
  for (const found of await page.evaluate(inspect)) faults.push(`${what}: ${found}`);
  if (!page.url().startsWith(`${site}/`)) faults.push(`${what}: led to ${page.url()}`);
}

const isPage = path => !/[./](csv|pdf|svg|json|webp|css|js)$|^\/(static|m|l|logout|api)\b|\/rows$|\/live$/.test(path);

// So many pages stand open side by side: one loads while another is looked at.
const HANDS = 3;

// Does all of it, the next as soon as a page is free.
async function withPages(context, items, act) {
  await Promise.all(Array.from({length: HANDS}, async () => {
    const page = await context.newPage();
    for (let item; (item = items.shift()) !== undefined; ) await act(page, item);
    await page.close();
  }));
}

// Every page a person comes to by links, at most `most` of a kind. {seen: routes, forms: [{url, index, action}]}
async function walk(who, seeds, most = 2) {
  const context = await contextFor(who);
  const counts = new Map(), forms = new Map();
  let found = [...seeds];
  const isNew = path => {
    const url = new URL(path, site);
    const route = routeOf('GET', url.pathname);
    const kind = `${route} ${[...url.searchParams.keys()].sort()}`;
    if (!route || (counts.get(kind) ?? 0) >= most) return false;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return true;
  };
  const visit = async (page, path) => {
    const url = new URL(path, site);
    const answer = await page.goto(url.href, {waitUntil: 'load'});
    if (answer.status() >= 500) faults.push(`${who} ${path}: ${answer.status()}`);
    await look(page, `${who} ${path}`);
    const there = await page.evaluate(() => ({
      links: [...document.querySelectorAll('a[href]')].map(a => new URL(a.getAttribute('href'), location.href).href),
      forms: [...document.forms].map((form, index) => ({
        index,
        action: new URL(form.getAttribute('action') ?? '', location.href).pathname,
        method: form.method,
      })),
    }));
    for (const form of there.forms.filter(({method}) => method === 'post')) {
      const key = routeOf('POST', form.action);
      if (key && !forms.has(key)) forms.set(key, {...form, key, url: page.url()});
    }
    for (const link of there.links) {
      const to = new URL(link);
      if (to.origin === new URL(site).origin && isPage(to.pathname)) found.push(to.pathname + to.search);
    }
  };
  while (found.length > 0) {
    const next = found.filter(isNew);
    found = [];
    await withPages(context, next, visit);
  }
  await context.close();
  return {seen: new Set([...counts.keys()].map(kind => kind.split(' ')[0])), forms: [...forms.values()]};
}

// These would end the walk, or what is walked.
const ENDS = new RegExp(
  '/(logout|login|password|end|remove|erase|discard|cancel|refund|leave|status|language|undo|join|differ)$|' +
    '/settings/members|/pay/',
);

// Fills every field of words with `words`, or those alone that hold any words, and sends the form as the browser does.
async function send(page, {form, isEverything}) {
  await page.goto(form.url, {waitUntil: 'load'});
  if (
    !(await page.evaluate(
      ({index, action}) => document.forms[index]?.getAttribute('action')?.startsWith(action) ?? false,
      form,
    ))
  )
    return; // what it was for has gone meanwhile
  const files = page.locator('form').nth(form.index).locator('input[type="file"]');
  for (let i = 0; i < await files.count(); i++) {
    const isTable = /csv/.test(await files.nth(i).getAttribute('accept') ?? '');
    await files
      .nth(i)
      .setInputFiles(
        isTable
          ? {name: `${hostile().replace(/\//g, '')}.csv`, mimeType: 'text/csv', buffer: table()}
          : {name: `${hostile().replace(/\//g, '')}.png`, mimeType: 'image/png', buffer: photograph(60, 80)},
      );
  }
  const sent = page.waitForEvent('load');
  sent.catch(() => {}); // not waited for when nothing is sent
  const isSent = await page.evaluate(({index, action, isAll, texts}) => {
    const target = document.forms[index];
    // A live part of the page was shown anew, without what another hand has just done.
    if (!target?.getAttribute('action')?.startsWith(action)) return false;
    let next = 0;
    for (const field of target.elements) {
      if (field.type === 'checkbox') field.checked = true;
      const isExact = ['decimal', 'numeric'].includes(field.inputMode) ||
        ['number', 'email', 'url', 'date', 'password'].includes(field.type) ||
        /price|email|country|postcode|phone|handle|quantity|path|sku|amount|hashtag|zone|accent/.test(field.name);
      const isText = field.tagName === 'TEXTAREA' || (field.tagName === 'INPUT' &&
        !['hidden', 'checkbox', 'radio', 'file', 'submit', 'button', 'password'].includes(field.type));
      if (!isText || (!isAll && isExact)) continue;
      if (field.tagName === 'INPUT') field.type = 'text';
      field.value = texts[next++ % texts.length];
    }
    const button = target.querySelector('button[name]');
    if (button)
      target.append(
        Object.assign(document.createElement('input'), {type: 'hidden', name: button.name, value: button.value}),
      );
    HTMLFormElement.prototype.submit.call(target);
    return true;
  }, {...form, isAll: isEverything, texts: Array.from({length: 12}, hostile)})
    .catch(error => { if (!/navigation|destroyed/.test(error.message)) throw error; return true; });
  if (!isSent) return;
  await sent;
  await look(page, `${form.key} sent`);
}

const cell = text => `"${text.replaceAll('"', '""')}"`;
const TABLE_HEAD = ['Handle', 'Title', 'Body (HTML)', 'Vendor', 'Tags', 'Option1 Name', 'Option1 Value', 'Variant SKU',
  'Variant Price', 'Image Src', 'Status'];
const tableLine = (text, i) => [`x-${i}`, text, `<p>${text}</p><a href="javascript:__pwned(20)">a</a>`, text, text, text,
  text, text, i % 3 ? '1.00' : text, text, 'active'];
const table = () =>
  Buffer.from([TABLE_HEAD, ...HOSTILE.map(tableLine)].map(row => row.map(cell).join(',')).join('\r\n'));

async function importTable(bytes, path = '/console/reef/import') {
  const merchant = demo.server.client({headers: {cookie: `mp=${demo.tokens.merchant}`}});
  const form = new FormData();
  form.append('file', new Blob([bytes], {type: 'text/csv'}), '"><xss-x>.csv');
  const answer = await merchant.post(path, form);
  assert.equal(answer.status, 303, answer.text);
  return answer.location;
}

const seeds = {};
// What is left of words without what is invisible: that may have been taken out of them.
const bare = text => text?.replace(/[\p{Cf}\p{M}\p{Z}\s]/gu, '');
const talks = []; // of a guest each, since who writes many messages in a minute is slowed down: {text, token, id}

async function talk(text) {
  const api = demo.server.client().api;
  const {token} = await ok(api('POST', '/api/v1/guests', {name: `Quinn ${talks.length}`}));
  const hers = {authorization: `Bearer ${token}`, 'idempotency-key': `talk-${talks.length}`};
  const answer = await api('POST', '/api/v1/shops/reef/conversations', {text}, hers);
  if (answer.status === 422 && !PLAIN.includes(text)) return; // signs that turn the reading direction are refused
  assert.equal(answer.status, 201, `${text}: ${answer.text}`);
  talks.push({text, token, id: answer.json().id});
}

test('hostile words come in beside the forms: API, tables, channels, headers', async t => {
  const merchant = caller('merchant'), shopper = caller('shopper'), guest = caller('guest');
  await ok(shopper('PATCH', '/api/v1/me', {name: HOSTILE[0], bio: PLAIN.join(' ').slice(0, 400)}));
  const refused = new Map();
  const ask = async (call, ...words) => {
    const answer = await call(...words);
    assert.ok(answer.status < 500, `${words[1]}: ${answer.text}`);
    if (answer.status >= 400) refused.set(words[1], [...refused.get(words[1]) ?? [], answer.json().field ?? answer.status]);
    return answer;
  };
  const settings = await ok(merchant('GET', '/api/v1/console/reef/settings'));
  await ok(
    merchant('PUT', '/api/v1/console/reef/settings', {
      name: HOSTILE[1],
      tagline: HOSTILE[4],
      about: PLAIN.join('\n'),
      country: settings.country,
      language: 'en',
      zone: settings.zone,
      delivery_text: PLAIN.join('\n'),
      returns_text: PLAIN.join('\n'),
    }),
  );
  const made = [];
  for (const text of HOSTILE) {
    const description = `${text}<a href="javascript:__pwned(21)" onclick=__pwned(22)>a</a>`;
    const goods = {
      title: text,
      description,
      vendor: text,
      kind: text,
      tags: text,
      status: 'active',
      options: [text.slice(0, 30)],
      variants: [{sku: `S-${made.length}`, options: [text.slice(0, 40)], price: '1.00'}],
    };
    const answer = await ask(merchant, 'POST', '/api/v1/console/reef/products', goods);
    if (answer.status === 201) made.push(answer.json());
    turn++;
    await ask(merchant, 'POST', '/api/v1/posts', {shop: 'reef', text: `${text} #${text} https://evil.invalid/"><xss-x>`,
      products: made.slice(-1).map(({id}) => ({id}))});
    await ask(guest, 'POST', `/api/v1/posts/${demo.ids.post}/comments`, {text});
    await talk(text);
    const named = await ask(demo.server.client().api, 'POST', '/api/v1/guests', {name: text.slice(0, 60)},
      {'user-agent': text.replace(/[^\x20-\x7e]/g, '?')});
    const hers = named.status === 201 && {authorization: `Bearer ${named.json().token}`, 'idempotency-key': `c-${turn}`};
    if (hers) await ask(demo.server.client().api, 'POST', `/api/v1/posts/${demo.ids.post}/comments`, {text}, hers);
  }
  t.diagnostic(`refused: ${JSON.stringify([...refused])}`);
  assert.deepEqual([...refused.values()].flat().filter(why => why === 429), [], 'nothing was kept out by its pace');
  await ok(shopper('POST', `/api/v1/conversations/${demo.ids.conversation}/messages`, {text: HOSTILE[0]}));
  assert.ok(made.length >= HOSTILE.length - 4, `only ${made.length} products were taken`);
  const pool = await ok(merchant('POST', '/api/v1/console/reef/pools', {name: HOSTILE[2]}));
  for (const path of ['javascript:__pwned(30)', '//evil.invalid', 'https://evil.invalid', '/\\evil.invalid'])
    assert.equal(
      (await merchant('POST', `/api/v1/console/reef/pools/${pool.id}/links`, {target_path: path, label: 'x'})).status,
      422,
      path,
    );
  for (const text of HOSTILE.slice(0, 6)) {
    const link = await ok(merchant('POST', `/api/v1/console/reef/pools/${pool.id}/links`, {target_path: '/s/reef',
      label: text.slice(0, 60)}, {'idempotency-key': `l-${turn++}`}));
    const referer = `https://evil.invalid/"><xss-x>${encodeURI(text)}`;
    for (const agent of [PHONE_AGENT, text.replace(/[^\x20-\x7e]/g, '?')]) {
      await demo.server.client().get(`/l/${link.code}`, {headers: {'user-agent': agent, referer}, follow: true});
    }
  }
  const order = await ok(
    shopper(
      'POST',
      '/api/v1/shops/reef/orders',
      {
        lines: [{variant: made[0].variants[0].id, quantity: 1}],
        ...ADDRESS,
        name: HOSTILE[0],
        line1: HOSTILE[4],
        line2: HOSTILE[6],
        city: HOSTILE[1],
        note: HOSTILE[2],
      },
      {'idempotency-key': 'hostile-order'},
    ),
  );
  const {redirect} = await ok(
    shopper('POST', `/api/v1/orders/${order.id}/payments`, {}, {'idempotency-key': 'hostile-pay'}),
  );
  const door = new URL(redirect, site);
  await demo.server.client().post(door.pathname, {sig: door.searchParams.get('sig'), decision: 'pay'});
  await until(() => ok(shopper('GET', `/api/v1/orders/${order.id}`)), o => o.payment === 'paid');
  await ok(merchant('POST', `/api/v1/console/reef/orders/${order.id}/ship`, {tracking: HOSTILE[0].slice(0, 60)}));
  const imported = await importTable(table());
  const asked = imported.replace('/console/reef/import', '/api/v1/console/reef/imports');
  await until(() => ok(merchant('GET', asked)), now => now.state !== 'checking');
  // A head that nobody knows: its columns are asked on a page of their own.
  const head = ['Bezeichnung', 'Preis', 'Artikelnummer', HOSTILE[0], HOSTILE[4]];
  const row = [HOSTILE[1], '12,50', HOSTILE[0], HOSTILE[4], HOSTILE[6]];
  const other = await importTable(Buffer.from(`${[head, row, row].map(cells => cells.map(cell).join(';')).join('\n')}\n`));
  assert.match(other, /\/columns$/);
  const desk = demo.server.client({headers: {cookie: `mp=${demo.tokens.merchant}`}});
  await desk.post('/console/reef/channels/telegram', {token: telegram.token});
  await telegram.person(701, HOSTILE[0]).say(`/start ${hostile()}`, /./);
  await telegram.person(702, HOSTILE[1]).write(HOSTILE[4]);
  const {items: [{id: flow}]} = await ok(merchant('GET', '/api/v1/shops/reef/flows'));
  const quoted = text => encodeURIComponent(text);
  seeds.merchant = [
    imported,
    other,
    ...[
      `orders/${order.id}`,
      `pools/${pool.id}`,
      'inbox', 'customers', 'mails', 'channels', 'settings', 'flows', 'products/low', 'customers/pairs',
      `orders?q=${quoted(HOSTILE[0])}`,
      `customers?q=${quoted(HOSTILE[4])}`,
      'start', 'posts', 'posts/new', 'import', 'needs', 'figures', 'newest',
      `orders/slips?o=${order.id}`,
      `flows/${flow}/try`,
    ].map(path => `/console/reef/${path}`),
    '/media',
    '/me',
    '/console',
    ...['', '/orders', '/products', '/pools'].map(path => `/console/reef${path}`),
    `/console/reef/orders/${demo.ids.order}/change`,
    `/console/reef/orders/${demo.ids.unpaidOrder}/proforma`,
    ...addressesOf(true),
  ];
  const paths = [
    ...shopperPages.map(({path}) => (typeof path === 'function' ? path(demo.ids) : path)),
    ...addressesOf(false),
  ];
  seeds.shopper = [
    `/o/${order.id}`,
    `/post/${demo.ids.post}/comments`,
    `/chat/${demo.ids.conversation}/messages`,
    ...made.slice(0, 2).map(({handle}) => `/s/reef/p/${handle}`),
    ...paths,
  ];
  seeds.stranger = [`/tag/${encodeURIComponent(HOSTILE[0])}`, `/explore?q=${encodeURIComponent(HOSTILE[4])}`,
    `/login?next=${encodeURIComponent('javascript:__pwned(31)')}`, `/nothing/${encodeURIComponent(HOSTILE[0])}`, ...paths];
});

// And every page whose address names no more than a shop.
const addressesOf = isConsole =>
  routes
    .filter(({method, path}) => method === 'GET' && path.startsWith('/console') === isConsole)
    .map(({path}) => path.replace('{shop}', 'reef'))
    .filter(path => !path.includes('{') && isPage(path));
const walked = new Set();
const forms = {};
for (const who of ['merchant', 'shopper', 'stranger']) {
  test(`${who}: nothing runs on any page she comes to, and every form takes hostile words`, async () => {
    const first = await walk(who, seeds[who]);
    first.seen.forEach(route => walked.add(route));
    const context = await contextFor(who);
    const kept = first.forms.filter(({key}) => !ENDS.test(key));
    await withPages(context, kept.flatMap(form => [true, false].map(isEverything => ({form, isEverything}))), send);
    await context.close();
    forms[who] = first.forms.map(({key}) => key);
    assert.deepEqual(faults.splice(0), []);
  });
}

test('every hostile word reached a chat, and is text there for her and for the merchant', async () => {
  const merchant = caller('merchant');
  const atDesk = await contextFor('merchant');
  await withPages(atDesk, [...talks], async (page, {text, id}) => {
    const {items} = await ok(merchant('GET', `/api/v1/console/reef/conversations/${id}/messages`));
    assert.ok(items.some(item => bare(item.text) === bare(text)), `${text}: ${JSON.stringify(items)}`);
    await page.goto(`${site}/console/reef/inbox/${id}`, {waitUntil: 'load'});
    await look(page, `the inbox with ${text}`);
  });
  await atDesk.close();
  for (const {text, token, id} of talks) {
    demo.tokens.guest_who_talks = token;
    const context = await contextFor('guest_who_talks');
    const page = await context.newPage();
    await page.goto(`${site}/chat/${id}`, {waitUntil: 'load'});
    assert.ok(bare(await page.locator('main').innerText()).includes(bare(text)), `${text} is read by her`);
    await look(page, `the chat with ${text}`);
    await context.close();
  }
  assert.deepEqual(PLAIN.filter(text => !talks.some(said => said.text === text)), []);
  assert.deepEqual(faults.splice(0), []);
});

test('what the forms took is text on every page, for everybody', async t => {
  await Promise.all(['merchant', 'shopper', 'stranger'].map(async who =>
    (await walk(who, seeds[who], 1)).seen.forEach(route => walked.add(route))));
  assert.deepEqual(faults.splice(0), []);
  // Every page there is was among them, but for those that only a mail, a tap or a table of trade leads to,
  // and what is no page.
  const NONE = [
    '/healthz', '/robots.txt', '/pay/back/{payment}', '/tag', '/welcome/{token}', '/me/email/{token}', '/post/{post}/answer',
    '/post/{post}/share', '/console/{shop}/inbox/{id}/messages', '/console/{shop}/start/{link}',
    '/console/{shop}/trade/companies/{company}', '/console/{shop}/trade/imports/{import}',
  ];
  const isOne = ({method, path, who}) => method === 'GET' && isPage(path.replace(/\{\w+\}/g, 'x')) && who !== 'operator';
  const missing = routes.filter(isOne).map(({path}) => path).filter(path => !walked.has(path) && !NONE.includes(path));
  t.diagnostic(`${walked.size} kinds of pages; forms: ${JSON.stringify(forms)}`);
  assert.deepEqual(missing, []);
});

test('pages that are reached by acting hold it as well', async () => {
  for (const entry of shopperPages.filter(({act}) => act)) {
    const context = await contextFor(entry.who ?? 'stranger');
    const page = await context.newPage();
    await openEntry(page, demo, entry);
    await look(page, entry.name);
    await context.close();
  }
  assert.deepEqual(faults.filter(fault => !/confirm/.test(fault)), []);
});

test('nor does a mail hold any of it as markup', async () => {
  const context = await chromium.newContext();
  await context.exposeFunction('__pwned', number => { faults.push(`a mail ran ${number}`); });
  const page = await context.newPage();
  assert.ok(smtp.mails.some(({html}) => /xss-x/.test(html)), 'hostile words went by mail');
  for (const mail of smtp.mails.filter(({html}) => html !== '')) {
    await page.setContent(mail.html);
    for (const found of await page.evaluate(inspect)) faults.push(`${mail.subject}: ${found}`);
    assert.doesNotMatch(mail.subject, /[\r\n]/);
  }
  await context.close();
  assert.deepEqual(faults, []);
});
