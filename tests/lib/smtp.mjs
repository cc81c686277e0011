// A mail server that keeps what it is given: `const smtp = await startSmtp()`, then
// `await smtp.waitFor(mail => mail.to.includes('ann@example.com'))` -> {from, to, subject, text, html, raw}.
import {SMTPServer} from 'smtp-server';

const WAIT_MS = 20_000;

const unfold = text => text.replace(/\r?\n[ \t]+/g, ' ');

function decodeBytes(body, encoding) {
  if (encoding === 'base64') return Buffer.from(body, 'base64');
  if (encoding !== 'quoted-printable') return Buffer.from(body, 'latin1');
  return Buffer.from(body.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/gi,
    (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1');
}

function decodeWords(text) {
  return text.replace(/\?=\s+=\?/g, '?==?').replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind, body) =>
    decodeBytes(kind.toLowerCase() === 'q' ? body.replace(/_/g, ' ') : body,
      kind.toLowerCase() === 'q' ? 'quoted-printable' : 'base64').toString('utf8'));
}

// `raw` holds one character per byte. Parts of a multipart mail are read into text and html.
function parse(raw) {
  const split = raw.search(/\r?\n\r?\n/);
  const head = unfold(raw.slice(0, split));
  const header = name => decodeWords(head.match(new RegExp(`^${name}:[ \t]*(.*)$`, 'im'))?.[1].trim() ?? '');
  const body = raw.slice(split).replace(/^\r?\n\r?\n/, '');
  const type = header('Content-Type');
  const boundary = type.match(/boundary="?([^";]+)"?/i)?.[1];
  const found = {subject: header('Subject'), header, text: '', html: ''};
  if (boundary !== undefined) {
    for (const part of body.split(`--${boundary}`).slice(1, -1).map(text => parse(text.replace(/^\r?\n/, '')))) {
      found.text ||= part.text;
      found.html ||= part.html;
    }
  } else {
    found[/text\/html/i.test(type) ? 'html' : 'text'] =
      decodeBytes(body, header('Content-Transfer-Encoding').toLowerCase()).toString('utf8');
  }
  return found;
}

// `refuse(session)` may return an Error (with responseCode) to refuse a recipient's mail.
export async function startSmtp({refuse} = {}) {
  const mails = [];
  const waiting = new Set();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: (auth, session, done) => done(null, {user: auth.username}),
    onData(stream, session, done) {
      const parts = [];
      stream.on('data', part => parts.push(part));
      stream.on('end', () => {
        const error = refuse?.(session);
        if (error) return done(error);
        const raw = Buffer.concat(parts).toString('latin1');
        const {mailFrom, rcptTo} = session.envelope;
        mails.push({from: mailFrom.address, to: rcptTo.map(to => to.address), raw, ...parse(raw)});
        done();
        for (const check of waiting) check();
      });
    },
  });
  await new Promise((resolve, reject) => { server.on('error', reject); server.listen(0, '127.0.0.1', resolve); });
  const {port} = server.server.address();
  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    mails,
    // The first mail that fits, now or later.
    waitFor(predicate, {timeout_ms = WAIT_MS} = {}) {
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          waiting.delete(check);
          reject(new Error(`no such mail; got: ${JSON.stringify(mails.map(({to, subject}) => ({to, subject})))}`));
        }, timeout_ms);
        const check = () => {
          const mail = mails.find(predicate);
          if (!mail) return;
          clearTimeout(late);
          waiting.delete(check);
          resolve(mail);
        };
        waiting.add(check);
        check();
      });
    },
    stop: () => new Promise(resolve => server.close(resolve)),
  };
}
