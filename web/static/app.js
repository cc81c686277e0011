// What pages do beyond HTML; everything works without it. Listeners stand on the document, so fragments that
// arrive later need no set-up. Words come from the page (data-words-* on <html>).

const closest = (event, selector) => event.target instanceof Element ? event.target.closest(selector) : null;
const words = name => document.documentElement.dataset[`words${name}`] ?? '';

// An address of this site, or an error: fragments and forms never go to another.
function pathOf(text) {
  const url = new URL(text, location.href);
  if (url.origin !== location.origin) throw new Error(`${url.origin} is another site`);
  return url;
}

// POST a form without leaving the page; throws when the server did not accept it.
async function post(form, button) {
  const body = new URLSearchParams();
  const data = new FormData(form);
  if (button?.name) data.append(button.name, button.value);
  const hasFile = [...data.values()].some(value => value instanceof File && value.size > 0);
  for (const [name, value] of data) if (typeof value === 'string') body.append(name, value);
  const answer = await fetch(pathOf(button?.getAttribute('formaction') ?? form.getAttribute('action') ?? ''), {
    method: 'POST', body: hasFile ? data : body, headers: {'HX-Request': 'true'}, credentials: 'same-origin'});
  if (!answer.ok) throw new Error(String(answer.status));
  return answer;
}

// A short notice that goes by itself; errors stay longer.
export function toast(text, seconds = 4) {
  const list = document.querySelector('.toasts');
  if (!list || !text) return;
  const note = document.createElement('div');
  note.className = 'toast';
  note.textContent = text;
  list.append(note);
  setTimeout(() => note.classList.add('going'), seconds * 1000);
  setTimeout(() => note.remove(), seconds * 1000 + 300);
}

// Like, save, follow: flips at once, flips back when the server refuses. A second press waits for the first.
async function toggle(form) {
  const button = form.querySelector('[aria-pressed]');
  const count = button.querySelector('.n');
  if (form.dataset.busy) return;
  form.dataset.busy = '1';
  const before = {pressed: button.getAttribute('aria-pressed') === 'true', count: count?.textContent};
  const wanted = form.querySelector('input[name="on"]');
  if (wanted) wanted.value = before.pressed ? '0' : '1';
  button.setAttribute('aria-pressed', String(!before.pressed));
  button.classList.toggle('just', !before.pressed);
  if (count && /^\d+$/.test(count.textContent)) count.textContent = String(+before.count + (before.pressed ? -1 : 1));
  try {
    await post(form);
  } catch {
    button.setAttribute('aria-pressed', String(before.pressed));
    if (count) count.textContent = before.count;
    toast(words('Failed'), 6);
  }
  delete form.dataset.busy;
}

// New content, but a form that is being filled in (data-keep, with an id) stays as it is; rows that are new glow once.
function replaceKeeping(element, html) {
  const kept = [...element.querySelectorAll('form[data-keep]')], active = document.activeElement;
  const rows = () => [...element.querySelectorAll('a.row[href]')];
  const before = new Set(rows().map(row => row.getAttribute('href')));
  const chosen = new Set([...element.querySelectorAll('input[type="checkbox"]:checked')].map(box => box.value));
  element.innerHTML = html;
  for (const box of element.querySelectorAll('input[type="checkbox"]')) box.checked ||= chosen.has(box.value);
  for (const row of rows()) row.classList.toggle('fresh', !before.has(row.getAttribute('href')));
  for (const form of kept) document.getElementById(form.id)?.replaceWith(form);
  if (active?.isConnected && kept.some(form => form.contains(active))) active.focus();
}

// What nobody sees waits until it is seen: a page in the background, a sheet that was closed. Asking for a conversation
// also says that it was read.
const unseen = new Set();
const isSeen = element => !document.hidden && !element.closest('dialog:not([open])');
function catchUp() {
  for (const element of [...unseen].filter(isSeen)) {
    unseen.delete(element);
    if (element.isConnected) refresh(element);
  }
}

// The element's content anew; the reader stays where she is, or at the end if she was there.
async function refresh(element) {
  if (!isSeen(element)) return unseen.add(element);
  const offered = element.querySelector('[data-sheet]');  // a chat that was offered stays offered when it was read
  if (offered) return document.querySelector('dialog.chat-sheet') ? null : openSheet(offered);
  const atEnd = innerHeight + scrollY > document.documentElement.scrollHeight - 160;
  const answer = await fetch(pathOf(element.dataset.refresh), {headers: {'HX-Request': 'true'}, credentials: 'same-origin'});
  if (!answer.ok) return;
  const html = await answer.text();
  if (element.dataset.mode === 'append') element.insertAdjacentHTML('beforeend', html);
  else replaceKeeping(element, html);
  window.htmx?.process(element);
  openSheet(element.querySelector('[data-sheet]'));
  if (atEnd && element.matches('.thread')) toEnd(element);
}

// The latest message; a form that asks for much begins at its top.
function toEnd(element) {
  const form = element.querySelector('.chat-form');
  (form ?? element.lastElementChild)?.scrollIntoView({block: form ? 'start' : 'end'});
}

// A tapped button of a message: said without leaving, and the answer stands below.
async function tap(form, button) {
  const thread = form.closest('[data-refresh]');
  if (form.dataset.sent) return;
  form.dataset.sent = '1';
  button?.classList.add('busy');
  try {
    await post(form, button);
    await refresh(thread);
    toEnd(thread);
  } catch {
    delete form.dataset.sent;
    button?.classList.remove('busy');
    toast(words('Failed'), 6);
  }
}

// Live parts: one stream per address, shared by the elements that name it.
function listen(root) {
  const streams = new Map();
  for (const element of root.querySelectorAll('[data-sse]')) {
    const path = element.dataset.sse;
    if (!streams.has(path)) streams.set(path, []);
    streams.get(path).push(element);
  }
  for (const [path, elements] of streams) {
    const source = new EventSource(pathOf(path));
    let waiting = false, again = false;
    const all = async () => {
      again = waiting;
      if (waiting) return;
      waiting = true;
      await Promise.allSettled(elements.filter(element => element.dataset.refresh).map(refresh));
      waiting = false;
      if (again) all();
    };
    const kinds = new Set(['message', 'refresh', ...elements.flatMap(e => (e.dataset.sseEvents ?? '').split(' '))]);
    for (const kind of kinds) if (kind) source.addEventListener(kind, all);
    // What happened between the page's rendering and the stream's beginning would be missed otherwise.
    source.addEventListener('open', all);
    addEventListener('pagehide', () => source.close());
  }
}

// A chat in a sheet over the page it answers: opens by itself when its link arrives, and again by the link.
async function openSheet(link) {
  if (!link) return;
  let sheet = document.querySelector('dialog.chat-sheet');
  if (!sheet) {
    if (document.body.dataset.sheetComes) return;  // two notices in one moment open one sheet
    document.body.dataset.sheetComes = '1';
    const answer = await fetch(pathOf(link.dataset.sheet), {credentials: 'same-origin'}).catch(() => null);
    const chat = answer?.ok &&
      new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('.chat');
    delete document.body.dataset.sheetComes;
    if (!chat) return;
    sheet = document.createElement('dialog');
    sheet.className = 'sheet chat-sheet';
    sheet.setAttribute('aria-label', link.dataset.title);
    const head = document.createElement('div');
    head.className = 'sheet-head';
    const title = Object.assign(document.createElement('strong'), {className: 'clip', textContent: link.dataset.title});
    const away = Object.assign(document.createElement('button'), {className: 'button quiet small', type: 'button',
      textContent: link.dataset.close});
    away.addEventListener('click', () => sheet.close());
    head.append(title, away);
    sheet.append(head, chat);
    document.body.append(sheet);
    listen(sheet);
  }
  if (!sheet.open) {
    sheet.showModal();
    sheet.querySelectorAll('.thread[data-refresh]').forEach(refresh);
  }
  sheet.querySelectorAll('.thread').forEach(toEnd);
}

// A message: its bubble stands at once; when it cannot be sent the words stay and can be sent again.
async function sendMessage(form, text) {
  const thread = form.closest('.chat')?.querySelector('.thread');
  const item = document.createElement('li');
  item.className = 'msg out';
  item.dataset.state = 'sending';
  const bubble = document.createElement('div');
  bubble.className = 'bubble';
  bubble.textContent = text;
  const stamp = document.createElement('span');
  stamp.className = 'stamp';
  stamp.textContent = words('Sending');
  item.append(bubble, stamp);
  thread?.append(item);
  if (thread) toEnd(thread);
  const sent = form.cloneNode(true);
  sent.querySelector('textarea').value = text;
  renewKey(form);
  const attempt = async () => {
    item.dataset.state = 'sending';
    stamp.textContent = words('Sending');
    try {
      await post(sent);
      if (thread?.dataset.refresh) await refresh(thread);
      item.remove();
    } catch {
      item.dataset.state = 'failed';
      const retry = document.createElement('button');
      retry.type = 'button';
      retry.className = 'link';
      retry.textContent = words('Retry');
      retry.addEventListener('click', attempt, {once: true});
      stamp.replaceChildren(`${words('Unsent')} `, retry);
    }
  };
  await attempt();
}

// The idempotency key of a form that is used again: every message has its own.
function renewKey(form) {
  const key = form.querySelector('input[name="key"]');
  if (key) key.value = [...crypto.getRandomValues(new Uint8Array(16))].map(n => n.toString(16).padStart(2, '0')).join('');
}

function compose(form) {
  const field = form.querySelector('textarea');
  const text = field.value.trim();
  if (text === '') return;
  field.value = '';
  field.focus();
  sendMessage(form, text);
}

// Share by the phone's own sheet, else copy the address.
async function share(link) {
  const url = new URL(link.dataset.url ?? link.getAttribute('href'), location.href).href;
  const title = link.dataset.title ?? document.querySelector('meta[property="og:title"]')?.content ?? document.title;
  if (navigator.share) await navigator.share({url, title}).catch(() => {});
  else await copy(url);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(words('Copied'));
  } catch {
    toast(text, 8);
  }
}

// Quantity buttons: the number field stays the truth.
function step(button) {
  const field = button.closest('[data-stepper]').querySelector('input');
  if (+button.dataset.step > 0) field.stepUp();
  else field.stepDown();
  field.dispatchEvent(new Event('change', {bubbles: true}));
}

// A change that the page must answer (data-go="what") presses the button that is there without script (data-does="what"),
// once the hand rests.
const resting = new WeakMap();
function go(field) {
  clearTimeout(resting.get(field));
  const button = field.form.querySelector(`[data-does="${field.dataset.go}"]`);
  resting.set(field, setTimeout(() => field.form.requestSubmit(button), field.matches('select') ? 0 : 600));
}

// Chosen files show: pictures small (at most 12), others by their names.
function preview(input) {
  const drop = input.closest('[data-drops]') ?? input.closest('[data-drop]');
  for (const other of input.form?.querySelectorAll('input[type="file"]') ?? [])
    if (other !== input && other.name === input.name) other.value = '';  // two ways to one photo: the last one counts
  const list = document.createElement('div');
  list.className = 'previews';
  for (const file of [...input.files].filter(f => f.type.startsWith('image/')).slice(0, 12)) {
    const image = Object.assign(new Image(), {alt: file.name, src: URL.createObjectURL(file)});
    image.onload = () => URL.revokeObjectURL(image.src);
    const frame = Object.assign(document.createElement('span'), {className: 'photo r11'});
    frame.append(image);
    list.append(frame);
  }
  for (const {name, type} of input.files)
    if (!type.startsWith('image/'))
      list.append(Object.assign(document.createElement('span'), {className: 'name', textContent: name}));
  if (drop.nextElementSibling?.matches('.previews')) drop.nextElementSibling.remove();
  drop.after(list);
}

// Light or dark: kept in a cookie, so that the server paints the next page right from its first byte.
function flipTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'light' : 'dark';
  document.cookie = `theme=${root.dataset.theme}; Path=/; Max-Age=31536000; SameSite=Lax`;
}

// "5:12:09": what is left until then.
function countDown() {
  const clocks = [...document.querySelectorAll('[data-until]')];
  const tick = () => clocks.forEach(clock => {
    const left = Math.max(0, Math.floor((+clock.dataset.until - Date.now()) / 1000));
    const part = (n, size) => String(Math.floor(n)).padStart(size, '0');
    clock.textContent = `${part(left / 3600, 1)}:${part(left / 60 % 60, 2)}:${part(left % 60, 2)}`;
  });
  if (clocks.length > 0) setInterval(tick, 1000);
}

// One honest word about the visit: how long, how far, and whether a hand was there.
function visit() {
  const place = document.querySelector('[data-visit]');
  if (!place) return;
  const began = performance.now();
  const facts = {scroll: 0, moves: 0, touches: 0, keys: 0};
  const send = () => navigator.sendBeacon('/v/beacon', new URLSearchParams({
    visit: place.dataset.visit, dwell_ms: Math.round(performance.now() - began), scroll_percent: facts.scroll,
    moves: facts.moves, touches: facts.touches, keys: facts.keys, seen: document.visibilityState === 'visible' ? 1 : 0}));
  let first = true;
  const note = change => () => {
    change();
    if (first) setTimeout(send, 50);
    first = false;
  };
  const quiet = {passive: true};
  addEventListener('pointermove', note(() => facts.moves++), quiet);
  addEventListener('pointerdown', note(() => facts.touches++), quiet);
  addEventListener('keydown', note(() => facts.keys++), quiet);
  addEventListener('scroll', note(() => {
    const whole = document.documentElement.scrollHeight - innerHeight;
    facts.scroll = Math.max(facts.scroll, whole > 0 ? Math.min(100, Math.round(scrollY / whole * 100)) : 100);
  }), quiet);
  setTimeout(send, 1000);
  addEventListener('pagehide', send);
}

// All rows of the list, or none when all are chosen.
function chooseAll(button) {
  const boxes = [...button.form.querySelectorAll('tbody input[type="checkbox"]')];
  const on = !boxes.every(box => box.checked);
  for (const box of boxes) box.checked = on;
  bulk(button.form);
}

// Rows chosen in a list bring up what can be done with them.
function bulk(form) {
  const bar = form?.querySelector('[data-bulk]');
  if (!bar) return;
  const chosen = form.querySelectorAll('tbody input[type="checkbox"]:checked').length;
  bar.hidden = chosen === 0;
  bar.querySelector('[data-bulk-count]').textContent = String(chosen);
}

// A form is sent once; coming back by the back button frees it again.
function guard(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== 'post') return;
  if (event.submitter?.matches('[data-again]')) return;  // a download may be asked for again
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = '1';
  event.submitter?.classList.add('busy');
  event.submitter?.setAttribute('aria-busy', 'true');
}

function free() {
  for (const form of document.querySelectorAll('form[data-sent]')) {
    delete form.dataset.sent;
    form.querySelector('.busy')?.classList.remove('busy');
  }
}

const clicks = [
  ['[data-share]', share], ['[data-sheet]', openSheet], ['[data-step]', step], ['[data-theme-toggle]', flipTheme],
  ['[data-copy]', button => copy(document.getElementById(button.dataset.copy).value)],
  ['[data-choose-all]', chooseAll],
  ['[data-dialog]', button => document.getElementById(button.dataset.dialog).showModal()],
];
document.addEventListener('click', event => {
  for (const [selector, act] of clicks) {
    const element = closest(event, selector);
    if (!element) continue;
    event.preventDefault();
    act(element);
    return;
  }
  if (event.target.matches?.('dialog[open]')) event.target.close();
});
document.addEventListener('submit', event => {
  const form = event.target;
  if (form.matches('[data-toggle]')) event.preventDefault(), toggle(form);
  else if (form.matches('[data-share-form]')) event.preventDefault(), share(form), post(form).catch(() => {});
  else if (form.matches('[data-say]') && form.closest('[data-refresh]'))
    event.preventDefault(), tap(form, event.submitter);
  else if (form.matches('[data-composer]') && !form.querySelector('input[type="file"]')?.files.length)
    event.preventDefault(), compose(form);
  else guard(event);
});
document.addEventListener('keydown', event => {
  const form = closest(event, '[data-composer]');
  if (!form || event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});
// Which step of a price ladder the typed quantity stands on.
function climb(field) {
  const rows = [...document.querySelectorAll(`[data-ladder="${field.id}"] [data-from]`)];
  const row = rows.filter(r => +r.dataset.from <= +field.value).pop() ?? rows[0];
  for (const r of rows) r.setAttribute('aria-current', r === row);
}
document.addEventListener('input', event => climb(event.target));
document.addEventListener('change', event => {
  climb(event.target);
  if (event.target.dataset.go) go(event.target);
  if (event.target.matches('[data-drop] input[type="file"]')) preview(event.target);
  if (event.target.matches('form[data-auto] select')) event.target.form.requestSubmit();
  bulk(event.target.form);
});
addEventListener('pageshow', free);
document.addEventListener('visibilitychange', catchUp);
document.querySelectorAll('[data-bulk]').forEach(bar => bulk(bar.closest('form')));
document.querySelectorAll('.thread').forEach(toEnd);
document.querySelectorAll('.toasts > .toast').forEach(note => setTimeout(() => note.remove(), 6000));
listen(document);
countDown();
visit();
