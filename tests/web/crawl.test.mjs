// Everybody walks everywhere: a visitor, a shopper and two merchants follow every link of every page, in both languages;
// then every address that the program knows is asked for with what was met on the way. Nothing fails, no link is broken,
// every page there is was seen, and no page speaks the other language, but for what people wrote.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {browser} from '../lib/browser.mjs';
import {peopleOf, strangeWords} from '../lib/catalogue.mjs';
import {formFields} from '../lib/client.mjs';
import {LONG_PRODUCT, fillTrading, openDemo, shopperPages} from '../lib/demo_pages.mjs';
import {mailEnv} from '../lib/seller.mjs';
import {startSmtp} from '../lib/smtp.mjs';
import {routesOf} from '../lib/town.mjs';
import {ok, until} from '../lib/wheel.mjs';

const seeds = {stranger: ['/'], shopper: ['/'], merchant: ['/console'], teahouse: ['/console']};
// Addresses that differ in the values of their queries alone show the same page: so many of a kind are read.
const MOST = 6;
// The same in every language: names of things and of formats, codes, addresses.
const NAMES = /^(Millpond|Telegram|https?:\/\/\S+|\S+@\S+|[\w-]+(\/[\w-]+)+|nothing-here|[\w-]+\.csv)$/;
// GET rows that are not filled in, and why.
const EXCEPTIONS = {
  '/live': 'a stream that does not end',
  '/console/{shop}/channels/telegram.svg': 'the picture of a bot; no shop of the demo has one',
  '/api/v1/media/{photo}': 'how far an upload is; tests of media upload',
  '/pay/back/{payment}': 'a bank sends the payer there, signed; journeys of payments',
};

let smtp, demo, chromium, reader, routes, people, site;
const answered = new Map(); // route -> addresses that were answered with 200
const faults = [];
const amounts = {en: 0, zh: 0};

before(async () => {
  smtp = await startSmtp();
  demo = await openDemo({args: ['--small'], env: mailEnv(smtp)});
  await fillTrading(demo);
  site = demo.server.url;
  chromium = await browser();
  reader = await chromium.newPage();
  people = peopleOf([LONG_PRODUCT.title, ...LONG_PRODUCT.options, ...LONG_PRODUCT.variants]);
  routes = (await routesOf()).map(route => ({...route,
    fits: new RegExp(`^${route.path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '([^/]+)')}$`)}));
  routes.sort((a, b) => a.path.split('{').length - b.path.split('{').length);
});
after(async () => {
  await chromium?.close();
  await demo?.close();
  await smtp?.stop();
});

const routeOf = (method, path) => routes.find(route => route.method === method && route.fits.test(path));
const cookies = (who, language) =>
  [`mpl=${language}`, ...(demo.tokens[who] ? [`mp=${demo.tokens[who]}`] : [])].join('; ');

// A page as its readers meet it: texts, links, forms. What says of itself that it is a name or somebody's words
// (translate, dir="auto") is left out, and so are initials.
function look(html) {
  const page = new DOMParser().parseFromString(html, 'text/html');
  const OWN = '[translate="no"], [dir="auto"], [lang]:not(html), .avatar, script, style, textarea';
  const texts = [page.title];
  const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) if (!node.parentElement.closest(OWN)) texts.push(node.data);
  for (const element of page.querySelectorAll('*')) {
    if (element.closest(OWN)) continue;
    for (const {name, value} of element.attributes)
      if (/^(alt|title|aria-label|placeholder|data-label|data-words.*)$/.test(name)) texts.push(value);
  }
  const all = (selector, name) => [...page.querySelectorAll(selector)].map(element => element.getAttribute(name));
  return {
    language: page.documentElement.lang,
    texts: texts.map(text => text.replace(/\s+/g, ' ').trim()).filter(text => text !== ''),
    links: [...all('[href]', 'href'), ...all('[src]', 'src'), ...all('[data-refresh]', 'data-refresh'),
      ...all('[data-sheet]', 'data-sheet')],
    forms: [...page.forms].map(form => ({
      method: form.method,
      actions: [form.getAttribute('action'), ...[...form.querySelectorAll('[formaction]')].map(b => b.formAction)],
      query: new URLSearchParams(new FormData(form)).toString(),
    })),
  };
}

function judge(page, language, say) {
  if (page.language && page.language !== (language === 'zh' ? 'zh-Hans' : 'en')) say(`lang="${page.language}"`);
  for (const words of strangeWords(language, page.texts, people, NAMES)) say(`"${words}"`);
  const all = page.texts.join('\n');
  const [right, wrong] = [/CN¥\d/g, /(?<![A-Z])¥\d/g];
  amounts[language] += all.match(language === 'zh' ? wrong : right)?.length ?? 0;
  for (const amount of all.match(language === 'zh' ? right : wrong) ?? []) say(`CNY written ${amount}`);
}

async function walk(who, language) {
  const person = demo.server.client();
  const queue = seeds[who].map(path => ({path, from: 'the start'}));
  const met = new Set(), counts = new Map();
  while (queue.length > 0) {
    const at = queue.shift();
    const url = new URL(at.path, site);
    const path = url.pathname + url.search;
    if (url.origin !== site || met.has(path)) continue;
    met.add(path);
    const say = what => faults.push(`${language} ${who} ${path}: ${what} (from ${at.from})`);
    const route = routeOf('GET', url.pathname);
    if (!route) { say('no such address'); continue; }
    const kind = `${route.path} ${[...url.searchParams.keys()].sort()}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    if (route.rate === 'stream' || (url.search !== '' && counts.get(kind) > MOST)) continue;
    const answer = await person.get(path, {headers: {cookie: cookies(who, language)}});
    if (answer.status >= 300 && answer.status < 400) {
      queue.push({path: new URL(answer.location, url).href, from: path});
      answered.set(route.path, [...(answered.get(route.path) ?? []), path]);
      continue;
    }
    if (answer.status !== 200) say(`answered ${answer.status}`);
    else answered.set(route.path, [...(answered.get(route.path) ?? []), path]);
    if (!/text\/html/.test(answer.headers.get('content-type') ?? '')) continue;
    const page = await reader.evaluate(look, answer.text);
    judge(page, language, say);
    for (const link of page.links) {
      const to = new URL(link, url);
      if (/^http/.test(to.protocol)) queue.push({path: to.href.replace(/#.*/, ''), from: path});
    }
    for (const {method, actions, query} of page.forms) for (const action of actions) {
      const to = new URL(action ?? '', url);
      if (method === 'get') queue.push({path: `${to.pathname}?${query}`, from: path});
      else if (!routeOf('POST', to.pathname)) say(`a form goes to ${to.pathname}, which is no address`);
    }
  }
  return met.size;
}

const mine = who => ({headers: {cookie: cookies(who, 'en')}});
const api = (who, method, path, body) => ok(demo.server.client().api(method, path, body,
  {...(demo.tokens[who] && {authorization: `Bearer ${demo.tokens[who]}`}), 'idempotency-key': `crawl-${path}`}));

// Sends a table as the form does: the address where it is to be seen.
async function upload(who, path, name, lines) {
  const form = new FormData();
  form.append('file', new Blob([lines.join('\n')], {type: 'text/csv'}), name);
  const answer = await demo.server.client(mine(who)).post(path, form);
  assert.equal(answer.status, 303, answer.text);
  return new URL(answer.location, site).pathname;
}

const CHENGDU = {email: 'ines@example.com', country: 'CN', name: '卡瓦略', region: '四川省', city: '成都市',
  line1: '青羊区文殊院街 66 号', line2: '二楼', postcode: '610000', phone: '+8613800000000'};
const CUSTOMS = [
  'Date,Importer,Exporter,HS code,Product,Origin,Quantity,Value USD',
  '2025-03-01,Porcelain Imports BV,Sanbao Kiln Ltd,691110,Bone china cups,CHINA,1200,4800.00',
  '2025-04-11,Porcelain Imports BV,Sanbao Kiln Ltd,691200,Stoneware plates,CHINA,800,3900.00',
];
const OLGA = {name: 'Olga', email: 'olga@example.org'}; // signs up; mails to guests of the story are older
const UNKNOWN = ['Bezeichnung;Preis;Artikelnummer;Regal', 'Kanne;12,50;K-1;A3', 'Dose;8,00;D-1;A4'];

async function order(shop, body) {
  const {items} = await api('shopper', 'GET', `/api/v1/shops/${shop}/products`);
  const {variants} = await api('shopper', 'GET', `/api/v1/shops/${shop}/products/${items[0].handle}`);
  const {id} = await api('shopper', 'POST', `/api/v1/shops/${shop}/orders`,
    {lines: [{variant: variants[0].id, quantity: 1}], ...body});
  return id;
}

const linkOf = (mail, word) => new URL(mail.text.match(new RegExp(`https?://\\S*/${word}/\\S+`))[0]);

test('what the demo does not hold is brought: mails, tables, customs records, an order to Chengdu', async () => {
  for (const {who = 'stranger', path, status} of shopperPages.filter(entry => !entry.status && entry.who !== 'guest'))
    seeds[who].push(typeof path === 'function' ? path(demo.ids) : path);
  demo.ids.chengdu = await order('chaguan', CHENGDU);
  seeds.shopper.push(`/o/${demo.ids.chengdu}`);
  seeds.teahouse.push(`/console/chaguan/orders/slips?o=${demo.ids.chengdu}`);
  const columns = await upload('merchant', '/console/reef/import', 'regal.csv', UNKNOWN);
  const records = await upload('merchant', '/console/reef/trade/imports', 'customs.csv', CUSTOMS);
  const {text} = await demo.server.client(mine('merchant')).get(records);
  await demo.server.client(mine('merchant')).post(records, {...formFields(text, records), do: 'start'});
  const asked = records.replace('/console/', '/api/v1/console/');
  await until(() => api('merchant', 'GET', asked), found => found.state === 'done');
  seeds.merchant.push(columns, records, '/console/reef/trade');
  const cells = [...CUSTOMS, ...UNKNOWN].flatMap(line => line.split(/[,;]/));
  people = peopleOf([people.whole, OLGA.name, ...Object.values(CHENGDU), ...cells]);
  const {items: [{id: pool}]} = await api('merchant', 'GET', '/api/v1/console/reef/pools');
  const {items: links} = await api('merchant', 'GET', `/api/v1/console/reef/pools/${pool}/links`);
  seeds.stranger.push(...links.map(({code}) => `/l/${code}`));
  const stranger = demo.server.client();
  await stranger.post('/forgot', {email: 'ines@example.com'});
  await stranger.post('/signup', {name: OLGA.name, email: OLGA.email, password: 'still water 42'});
  const reset = linkOf(await smtp.waitFor(mail => /\/reset\//.test(mail.text)), 'reset');
  const ofOlga = mail => mail.to.includes(OLGA.email) && /\/welcome\//.test(mail.text);
  const welcome = linkOf(await smtp.waitFor(ofOlga), 'welcome');
  await api('shopper', 'PUT', '/api/v1/me/email', {email: 'ines@example.org', current: demo.password});
  const email = linkOf(await smtp.waitFor(mail => /\/me\/email\//.test(mail.text)), 'me/email');
  seeds.shopper.push(email.pathname + email.search);
  for (const {pathname, search} of [reset, welcome]) seeds.stranger.push(pathname + search);
});

for (const language of ['en', 'zh']) for (const who of Object.keys(seeds)) {
  test(`${who} walks everywhere (${language})`, async t => {
    t.diagnostic(`${await walk(who, language)} addresses`);
    assert.deepEqual(faults.splice(0), []);
  });
}

// What stands in a place of an address, by the name of the place; an import of goods is none of customs records.
const placeOf = (route, name) =>
  name === 'order' && route.path.includes('{return}') ? 'returned order'
    : name === 'import' && route.feature === 'trade' ? 'trade import'
    : name === 'id' && /\/(chat|inbox|conv)/.test(route.path) ? 'conversation'
    : name === 'tag' ? 'name' : name === 'token' ? route.path : name;

function valuesMet(shop) {
  const {conversation, quote} = demo.ids;
  const values = {size: '600.webp', file: 'app.css', conversation, quote};
  for (const route of routes.filter(({path, method}) => method === 'GET' && path.includes('{'))) {
    const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(match => match[1]);
    for (const path of answered.get(route.path) ?? []) {
      const found = new URL(path, site).pathname.match(route.fits).slice(1);
      const at = names.indexOf('shop');
      if (at >= 0 && found[at] !== shop) continue;
      names.forEach((name, i) => { values[placeOf(route, name)] ??= decodeURIComponent(found[i]); });
    }
  }
  return {...values, shop, conversation};
}

test('every GET row of the program answers with what was met', async t => {
  const values = valuesMet('reef');
  let asked = 0;
  for (const route of routes.filter(({method}) => method === 'GET')) {
    if (EXCEPTIONS[route.path] !== undefined) continue;
    const places = [...route.path.matchAll(/\{(\w+)\}/g)].map(match => placeOf(route, match[1]));
    const lacks = places.filter(place => values[place] === undefined);
    if (lacks.length > 0) { faults.push(`${route.path}: nobody met a ${lacks}`); continue; }
    // Who reached a step of a flow: that step is asked for by the query.
    const [like] = /\/people$/.test(route.path) ? answered.get('/console/{shop}/flows/{flow}/people') ?? [''] : [''];
    const path = route.path.replace(/\{(\w+)\}/g, (all, name) => encodeURIComponent(values[placeOf(route, name)])) +
      new URL(like, site).search;
    const who = {shop: 'merchant', operator: 'operator'}[route.who] ?? 'shopper';
    for (const language of route.path.startsWith('/api/') ? ['en'] : ['en', 'zh']) {
      const answer = await demo.server.client().get(path, {headers: route.path.startsWith('/api/')
        ? {accept: 'application/json', authorization: `Bearer ${demo.tokens[who]}`}
        : {cookie: cookies(who, language)}});
      asked++;
      const isMet = answered.has(route.path);
      if (answer.status >= (isMet ? 500 : 400)) faults.push(`${path}: ${answer.status}`);
      if (answer.status < 300) answered.set(route.path, [...(answered.get(route.path) ?? []), path]);
      if (/text\/html/.test(answer.headers.get('content-type') ?? ''))
        judge(await reader.evaluate(look, answer.text), language, what => faults.push(`${language} ${path}: ${what}`));
    }
  }
  t.diagnostic(`${asked} rows; ${answered.size} of them met by walking or here`);
  assert.deepEqual(faults.splice(0), []);
});

test('errors speak the language of who meets them', async () => {
  const met = [];
  for (const language of ['en', 'zh']) {
    const meet = async (status, who, method, path, body) => {
      const headers = {cookie: cookies(who, language)};
      const answer = await demo.server.client().request(method, path, {headers, body});
      met.push(answer.status);
      if (answer.status !== status) faults.push(`${method} ${path}: ${answer.status}, not ${status}`);
      judge(await reader.evaluate(look, answer.text), language, what => faults.push(`${language} ${path}: ${what}`));
    };
    await meet(404, 'stranger', 'GET', '/nothing/here');
    await meet(404, 'stranger', 'GET', '/l/nothing');
    await meet(403, 'stranger', 'GET', `/reset/${'A'.repeat(43)}`);
    await meet(404, 'merchant', 'GET', '/console/chaguan');
    await meet(404, 'merchant', 'GET', '/console/reef/orders/00000000zzzzz');
    await meet(422, 'stranger', 'POST', '/signup', new URLSearchParams({name: '', email: 'x', password: '1'}));
    await meet(422, 'shopper', 'POST', '/sell', new URLSearchParams({}));
    await meet(422, 'merchant', 'POST', '/console/reef/products', new URLSearchParams({}));
  }
  assert.deepEqual(faults.splice(0), []);
});

test('amounts and addresses stand as each language writes them', async () => {
  assert.ok(amounts.en > 20 && amounts.zh > 20, JSON.stringify(amounts));
  const addressOn = html => [...new DOMParser().parseFromString(html, 'text/html').querySelectorAll('.words')]
    .map(element => element.textContent);
  const {chengdu} = demo.ids;
  for (const [who, path] of [['shopper', `/o/${chengdu}`], ['teahouse', `/console/chaguan/orders/${chengdu}`]]) {
    const answer = await demo.server.client().get(path, {headers: {cookie: cookies(who, 'zh')}});
    const zh = (await reader.evaluate(addressOn, answer.text)).find(text => text.includes(CHENGDU.line1));
    const places = [CHENGDU.postcode, CHENGDU.region, CHENGDU.city, CHENGDU.line1, CHENGDU.line2, CHENGDU.name];
    const at = places.map(place => zh.indexOf(place));
    assert.ok(at.every((place, i) => place >= 0 && (i === 0 || place > at[i - 1])), `${path}: ${zh}`);
  }
});

test('what is of the other language is told from what people wrote', () => {
  const ines = peopleOf(['A slow morning at the reef', '慢慢来']);
  assert.deepEqual(strangeWords('zh', ['加入购物袋', 'Inês · A slow morning', '付款 US$48.00', 'a@b.example'], ines, NAMES), []);
  assert.deepEqual(strangeWords('zh', ['Your orders', '3 Widgets 已付款'], ines, NAMES), ['Your orders', 'Widgets']);
  assert.deepEqual(strangeWords('en', ['Reef: 慢慢来', 'Ask 雾里茶馆'], ines, NAMES), []);
  assert.deepEqual(strangeWords('en', ['Total 合计', 'Zurück 返回首页去'], ines, NAMES), ['合计', '返回首页去']);
});
