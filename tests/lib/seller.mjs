// Somebody with a shop, as people become one: signs up, opens the link of the mail, opens the shop.
//   const smtp = await startSmtp();
//   const server = await startServer({env: mailEnv(smtp)});
//   const {owner, shop, password} = await openShop(server, smtp, {handle: 'reef'});
export const mailEnv = smtp => ({MILLPOND_SMTP_URL: smtp.url, MILLPOND_SMTP_FROM: 'pond@example.org'});

export async function signUp(
  server,
  smtp,
  {name = 'Olga Owner', email = 'olga@example.org', password = 'still water 42'} = {},
) {
  const person = server.client();
  const own = {origin: new URL(server.url).origin};
  const made = await person.post('/signup', {name, email, password}, {headers: own});
  if (made.status >= 400) throw new Error(`sign up: ${made.status} ${made.text}`);
  const mail = await smtp.waitFor(m => m.to.includes(email) && /\/welcome\//.test(m.text));
  const link = mail.text.match(/\/welcome\/[^\s]+/)[0];
  const token = link.split('?')[0];
  const page = await person.get(link);
  if (page.status !== 200) throw new Error(`welcome: ${page.status} ${page.text}`);
  const proven = await person.post(
    token,
    {csrf: page.text.match(/name="csrf" value="([^"]*)"/)?.[1] ?? ''},
    {headers: own},
  );
  if (proven.status >= 400) throw new Error(`welcome: ${proven.status} ${proven.text}`);
  return {person, email, password};
}

export async function openShop(server, smtp, {handle = 'reef', name = 'Reef & Salt', currency = 'EUR', language = 'en',
  country = 'PT', ...who} = {}) {
  const {person, password, email} = await signUp(server, smtp, who);
  const own = {origin: new URL(server.url).origin};
  const made = await person.api('POST', '/api/v1/shops', {handle, name, currency, language, country}, own);
  if (made.status !== 201) throw new Error(`shop: ${made.status} ${made.text}`);
  return {owner: person, shop: made.json(), email, password};
}
