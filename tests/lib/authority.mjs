// A certificate authority in a folder, by the program openssl: `const authority = makeAuthority(folder)`.
import {spawnSync} from 'node:child_process';
import assert from 'node:assert/strict';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

const asUtc = ms => new Date(ms).toISOString().replace(/[-:T]/g, '').slice(0, 14) + 'Z';

export function makeAuthority(folder) {
  const path = name => join(folder, name);
  const openssl = (...args) => {
    const {status, stderr} = spawnSync('openssl', args, {encoding: 'utf8'});
    assert.equal(status, 0, stderr);
  };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const certificate = path('authority.pem');
  openssl(
    'req', '-x509', ...newKey, '-days', '30', '-subj', '/CN=Test authority', '-keyout',
    path('authority.key'),
    '-out',
    certificate,
  );
  writeFileSync(path('index.txt'), '');
  writeFileSync(path('index.txt.attr'), 'unique_subject = no\n');
  writeFileSync(path('serial'), '1000\n');
  writeFileSync(path('ca.conf'), `[ca]\ndefault_ca = own\n[own]\ndatabase = ${path('index.txt')}\nserial = ${path('serial')}
new_certs_dir = ${folder}\ncertificate = ${certificate}\nprivate_key = ${path('authority.key')}\ndefault_md = sha256
policy = any\ncopy_extensions = copy\n[any]\ncommonName = optional\n`);
  // From a request in a file (PEM or DER) to a certificate that is good from now on for so many seconds.
  const signRequest = (request, out, seconds, form = 'PEM') => {
    if (form === 'DER') openssl('req', '-inform', 'DER', '-in', request, '-out', `${request}.pem`);
    openssl(
      'ca', '-batch', '-notext', '-config',
      path('ca.conf'),
      '-in',
      form === 'DER' ? `${request}.pem` : request,
      '-out',
      path(out),
      '-startdate',
      asUtc(Date.now() - 1000),
      '-enddate',
      asUtc(Date.now() + seconds * 1000),
    );
    return path(out);
  };
  return {
    certificate,
    signRequest,
    chainOf: out => readFileSync(path(out), 'utf8') + readFileSync(certificate, 'utf8'),
    sign(out, name, seconds) {
      openssl(
        'req', '-new', ...newKey, '-subj',
        `/CN=${name}`,
        '-addext',
        `subjectAltName=DNS:${name}`,
        '-keyout',
        path(`${out}.key`),
        '-out',
        path(`${out}.csr`),
      );
      return signRequest(path(`${out}.csr`), out, seconds);
    },
  };
}
