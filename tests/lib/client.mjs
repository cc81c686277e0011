// A tiny browser without a screen: cookies are kept, redirects are not followed (unless asked).
//   const c = client(server.url);
//   const page = await c.get('/');                      page.status, page.text, page.headers, page.json()
//   await c.post('/sign-in', {email, password});        a form; FormData for files
//   await c.api('POST', '/api/v1/orders', {...}, {'idempotency-key': 'k1'});
// It stands on node:http, not on fetch: the fetch of Debian's Node 18 cannot read several Set-Cookie.
import {request as send} from 'node:http';

// Bytes and content type of what fetch would send for such a body.
async function encode(body) {
  if (body === undefined) return {};
  const encoded = new Response(body);
  return {bytes: Buffer.from(await encoded.arrayBuffer()), type: encoded.headers.get('content-type')};
}

// A scenario that waits for an answer that never comes says for which.
const ANSWER_MS = 120_000;

function exchange(method, url, headers, bytes, answerMs) {
  return new Promise((resolve, reject) => {
    const outgoing = send(url, {method, headers, agent: false}, incoming => {
      const parts = [];
      incoming.on('data', part => parts.push(part)).on('error', reject);
      incoming.on('end', () => resolve({incoming, bytes: Buffer.concat(parts)}));
    });
    const late = setTimeout(() => {
      reject(new Error(`no answer to ${method} ${url} within ${answerMs} ms`));
      outgoing.destroy();
    }, answerMs);
    outgoing.on('error', reject).on('close', () => clearTimeout(late)).end(bytes);
  });
}

export function client(base, {headers: always = {}, answerMs = ANSWER_MS} = {}) {
  const jar = new Map();
  const origin = new URL(base).origin;

  function keepCookies(lines) {
    for (const line of lines) {
      const [pair, ...attributes] = line.split(';').map(part => part.trim());
      const name = pair.slice(0, pair.indexOf('='));
      const ended = attributes.some(part => /^max-age=(0|-.*)$/i.test(part));
      if (ended) jar.delete(name); else jar.set(name, pair.slice(name.length + 1));
    }
  }

  // Header names in lower case. A header given as undefined is not sent (to test without an Origin, say).
  async function request(method, path, {headers = {}, body, follow = false} = {}) {
    const url = new URL(path, base);
    const {bytes: sent, type} = await encode(body);
    const all = {accept: 'text/html', ...(method !== 'GET' && method !== 'HEAD' && {origin}),
      ...(jar.size > 0 && {cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ')}),
      ...(sent && {'content-length': sent.length}), ...(type && {'content-type': type}), ...always, ...headers};
    const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
    const {incoming, bytes} = await exchange(method, url, given, sent, answerMs);
    keepCookies(incoming.headers['set-cookie'] ?? []);
    const status = incoming.statusCode;
    const location = incoming.headers.location ?? null;
    if (follow && location && status >= 300 && status < 400) {
      return request('GET', new URL(location, url).href, {headers, follow});
    }
    const text = bytes.toString('utf8');
    const found = new Headers(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
    return {status, headers: found, location, bytes, text, json: () => JSON.parse(text)};
  }

  return {
    base,
    cookies: jar,
    request,
    get: (path, options) => request('GET', path, options),
    // `fields`: an object, URLSearchParams or FormData. Its hidden ones (`_csrf`) come from formFields.
    post: (path, fields = {}, options = {}) => request('POST', path, {...options,
      body: fields instanceof FormData || fields instanceof URLSearchParams ? fields : new URLSearchParams(fields)}),
    api: (method, path, value, headers = {}) => request(method, path, {
      headers: {accept: 'application/json', ...(value !== undefined && {'content-type': 'application/json'}), ...headers},
      body: value === undefined ? undefined : JSON.stringify(value)}),
  };
}

// The hidden fields of the form on a page whose action is `action`: {name: value}.
export function formFields(html, action) {
  const forms = [...html.matchAll(/<form\b[^>]*>[\s\S]*?<\/form>/g)].map(match => match[0]);
  const form = forms.find(text => text.includes(`action="${action}"`));
  if (form === undefined) throw new Error(`no form with action ${action} on this page:\n${html}`);
  const fields = {};
  for (const [tag] of form.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)) {
    const attribute = name => tag.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1];
    fields[attribute('name')] = attribute('value') ?? '';
  }
  return fields;
}

const ENTITIES = {amp: '&', quot: '"', lt: '<', gt: '>', '#39': "'"};
const plain = text => text?.replace(/&(amp|quot|lt|gt|#39);/g, (_, name) => ENTITIES[name]);

// What one control of a form is sent as, or undefined: [name, value].
function control(tag, attributes, inside, button) {
  const attribute = name => plain(attributes.match(new RegExp(`(?:^|\\s)${name}="([^"]*)"`))?.[1]);
  const [name, type] = [attribute('name'), attribute('type')];
  const value = attribute('value') ?? '';
  if (name === undefined || type === 'file') return undefined;
  if (tag === 'textarea') return [name, plain(inside.split('</textarea>')[0]).replace(/^\n/, '')];
  if (tag === 'button') return value === button ? [name, value] : undefined;
  if (tag === 'select') {
    const options = inside.match(/<option[^>]*>/g) ?? [];
    const chosen = options.find(option => /\sselected\b/.test(option)) ?? options[0];
    return [name, plain(chosen?.match(/value="([^"]*)"/)?.[1] ?? '')];
  }
  return /^(radio|checkbox)$/.test(type) && !/\schecked\b/.test(attributes) ? undefined : [name, value];
}

// The form on a page whose action is `action` as a browser without script sends it when `button` is pressed: what stands
// in its fields, then what was typed ({name: value}, undefined takes one out). FormData when the form is multipart.
export function formAsShown(html, action, typed = {}, button = undefined) {
  const forms = html.match(/<form\b[^>]*>[\s\S]*?<\/form>/g) ?? [];
  const form = forms.find(text => text.match(/<form[^>]*>/)[0].includes(`action="${action}"`));
  if (form === undefined) throw new Error(`no form with action ${action} among ${forms.map(text => text.slice(0, 120))}`);
  const fields = /enctype="multipart/.test(form) ? new FormData() : new URLSearchParams();
  for (const [, tag, attributes, inside] of form.matchAll(
    /<(input|textarea|select|button)\b([^>]*)>([\s\S]*?)(?=<(?:input|textarea|select|button|\/form)\b)/g)) {
    const sent = control(tag, attributes, inside, button);
    if (sent) fields.append(...sent);
  }
  for (const [name, value] of Object.entries(typed)) {
    if (value === undefined) fields.delete(name);
    else fields.set(name, value);
  }
  return fields;
}
