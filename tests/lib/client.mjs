// A tiny browser without a screen: fetch with a cookie jar, redirects not followed.
//   const c = client(server.url);
//   const page = await c.get('/');                      page.status, page.text, page.headers, page.json()
//   await c.post('/sign-in', {email, password});        a form; files and JSON: c.request(method, path, {...})
//   await c.api('POST', '/api/v1/orders', {...}, {'idempotency-key': 'k1'});

export function client(base, {headers: always = {}} = {}) {
  const jar = new Map();
  const origin = new URL(base).origin;

  function keepCookies(response) {
    for (const line of response.headers.getSetCookie()) {
      const [pair, ...attributes] = line.split(';').map(part => part.trim());
      const name = pair.slice(0, pair.indexOf('='));
      const ended = attributes.some(part => /^max-age=(0|-.*)$/i.test(part));
      if (ended) jar.delete(name); else jar.set(name, pair.slice(name.length + 1));
    }
  }

  async function request(method, path, {headers = {}, body, follow = false} = {}) {
    const sent = {accept: 'text/html', ...always};
    if (jar.size > 0) sent.cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    if (method !== 'GET' && method !== 'HEAD') sent.origin = origin;
    const response = await fetch(new URL(path, base), {method, headers: {...sent, ...headers}, body, redirect: 'manual'});
    keepCookies(response);
    const bytes = Buffer.from(await response.arrayBuffer());
    const location = response.headers.get('location');
    if (follow && location && response.status >= 300 && response.status < 400) {
      return request('GET', new URL(location, new URL(path, base)).href, {headers, follow});
    }
    const text = bytes.toString('utf8');
    return {status: response.status, headers: response.headers, location, bytes, text, json: () => JSON.parse(text)};
  }

  return {
    base,
    cookies: jar,
    request,
    get: (path, options) => request('GET', path, options),
    // `fields`: an object, URLSearchParams or FormData. `_csrf` is the caller's business: see csrfOf.
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
