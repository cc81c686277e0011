// An ACME authority for tests (RFC 8555, HTTP-01 only): `const acme = await startAcme({lifetime_s, doorPort})`, then
// `serve --acme MAIL --domain NAME --acme-directory acme.directory`. It checks what it is told: signatures, nonces, urls,
// account, and the answer at the door (127.0.0.1:doorPort() stands for port 80 of the domain).
// acme.orders counts finished ones; acme.badNonces and acme.denials say how many of the next to refuse.
import {createHash, createPublicKey, randomBytes, verify} from 'node:crypto';
import {createServer} from 'node:http';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {makeAuthority} from './authority.mjs';

const decode = text => Buffer.from(text, 'base64url');
const thumbprint = ({crv, kty, x, y}) => createHash('sha256').update(JSON.stringify({crv, kty, x, y})).digest('base64url');

class Problem extends Error {
  constructor(type, detail, status = 400) {
    super(detail);
    Object.assign(this, {type: `urn:ietf:params:acme:error:${type}`, status});
  }
}
const must = (condition, type, detail) => { if (!condition) throw new Problem(type, detail); };

export async function startAcme({lifetime_s = 90 * 86400, doorPort}) {
  const folder = mkdtempSync(join(tmpdir(), 'millpond-acme-'));
  const authority = makeAuthority(folder);
  const nonces = new Set(), accounts = new Map(), orders = new Map();
  const seen = {badNonces: 0, denials: 0, orders: 0, troubles: [], contacts: []};
  let base = '', count = 0;

  // The flattened JWS: returns {account, payload}.
  function open(url, body) {
    const jws = JSON.parse(body);
    const head = JSON.parse(decode(jws.protected));
    must(head.alg === 'ES256' && head.url === url, 'malformed', `alg ${head.alg}, url ${head.url}`);
    must(Boolean(head.jwk) !== Boolean(head.kid), 'malformed', 'jwk or kid, not both');
    must(nonces.delete(head.nonce), 'badNonce', 'unknown nonce');
    const account = head.jwk ? {jwk: head.jwk} : accounts.get(head.kid);
    must(account, 'accountDoesNotExist', head.kid);
    const key = createPublicKey({key: account.jwk, format: 'jwk'});
    const isSigned = verify(
      'sha256',
      Buffer.from(`${jws.protected}.${jws.payload}`),
      {key, dsaEncoding: 'ieee-p1363'},
      decode(jws.signature),
    );
    must(isSigned, 'malformed', 'signature');
    if (seen.badNonces > 0) {
      seen.badNonces--;
      throw new Problem('badNonce', 'try another');
    }
    return {account, payload: jws.payload === '' ? null : JSON.parse(decode(jws.payload))};
  }

  async function check(order) {
    const expected = `${order.token}.${thumbprint(order.account.jwk)}`;
    const answer = await fetch(`http://127.0.0.1:${doorPort()}/.well-known/acme-challenge/${order.token}`);
    const isProven = answer.status === 200 && (await answer.text()) === expected && seen.denials === 0;
    if (seen.denials > 0) seen.denials--;
    order.status = isProven ? 'ready' : 'invalid';
    order.proof = isProven ? 'valid' : 'invalid';
  }

  const shown = order => ({status: order.status, identifiers: order.names.map(value => ({type: 'dns', value})),
    authorizations: [`${base}/authz/${order.id}`], finalize: `${base}/finalize/${order.id}`,
    ...(order.status === 'valid' ? {certificate: `${base}/cert/${order.id}`} : {})});

  const steps = {
    account({account, payload}) {
      must(payload.termsOfServiceAgreed, 'userActionRequired', 'terms');
      seen.contacts.push(...payload.contact);
      const kid = `${base}/acct/${thumbprint(account.jwk)}`;
      const isNew = !accounts.has(kid);
      accounts.set(kid, {jwk: account.jwk});
      return {status: isNew ? 201 : 200, location: kid, json: {status: 'valid'}};
    },
    order({account, payload}) {
      const id = String(++count);
      const order = {
        id,
        account,
        names: payload.identifiers.map(({value}) => value),
        token: randomBytes(24).toString('base64url'),
        status: 'pending',
        proof: 'pending',
      };
      orders.set(id, order);
      return {status: 201, location: `${base}/order/${id}`, json: shown(order)};
    },
    authz: (_, order) => ({
      json: {
        status: order.proof,
        identifier: {type: 'dns', value: order.names[0]},
        challenges: [
          {type: 'dns-01', url: `${base}/none`, token: 'x'},
          {type: 'http-01', url: `${base}/challenge/${order.id}`, token: order.token},
        ],
      },
    }),
    challenge({payload}, order) {
      must(JSON.stringify(payload) === '{}', 'malformed', 'challenge');
      check(order).catch(error => {
        order.status = order.proof = 'invalid';
        seen.troubles.push(String(error));
      });
      return {json: {type: 'http-01', status: 'processing', url: `${base}/challenge/${order.id}`, token: order.token}};
    },
    finalize({payload}, order) {
      must(order.status === 'ready', 'orderNotReady', order.status);
      writeFileSync(join(folder, `${order.id}.csr`), decode(payload.csr));
      authority.signRequest(join(folder, `${order.id}.csr`), `${order.id}.pem`, lifetime_s, 'DER');
      order.status = 'valid';
      return {json: shown(order)};
    },
    cert({payload}, order) {
      must(payload === null && order.status === 'valid', 'malformed', 'no certificate');
      seen.orders++;
      return {text: authority.chainOf(`${order.id}.pem`)};
    },
  };
  steps.orderOf = (_, order) => ({json: shown(order)});

  function act(request, body) {
    const [, name, id] = request.url.split('/');
    if (name === 'directory')
      return {json: {newNonce: `${base}/nonce`, newAccount: `${base}/account`, newOrder: `${base}/order`}};
    if (name === 'nonce') return {};
    must(
      request.method === 'POST' && request.headers['content-type'] === 'application/jose+json',
      'malformed',
      request.method,
    );
    const told = open(base + request.url, body);
    const order = id === undefined ? null : orders.get(id);
    must(id === undefined || order, 'malformed', request.url);
    return steps[name === 'order' && id !== undefined ? 'orderOf' : name](told, order);
  }

  const server = createServer((request, response) => {
    let body = '';
    request.on('data', part => { body += part; }).on('end', () => {
      let result;
      try {
        result = act(request, body);
      } catch (error) {
        if (!(error instanceof Problem) || !error.type.endsWith(':badNonce')) seen.troubles.push(String(error));
        result = {status: error.status ?? 500, json: {type: error.type, detail: error.message}};
      }
      const nonce = randomBytes(12).toString('base64url');
      nonces.add(nonce);
      response.writeHead(result.status ?? 200, {'replay-nonce': nonce, 'retry-after': '1',
        'content-type': result.text ? 'application/pem-certificate-chain' : 'application/json',
        ...(result.location ? {location: result.location} : {})});
      response.end(result.text ?? JSON.stringify(result.json ?? {}));
    });
  });
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${server.address().port}`;
  return Object.assign(seen, {
    directory: `${base}/directory`,
    certificate: authority.certificate,
    accounts,
    async stop() {
      server.closeAllConnections();
      await new Promise(done => server.close(done));
      rmSync(folder, {recursive: true});
    },
  });
}
