// Photos over HTTP: what comes in is never what goes out, and what is refused is refused in words.
// engines: sqlite postgres
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {photograph as png} from '../../../../tests/lib/picture.mjs';
import {startServer} from '../../../../tests/lib/server.mjs';

let server;
before(async () => { server = await startServer({args: ['--rate-percent', '0']}); });
after(() => server?.stop());

async function guest(name) {
  const made = await server.client().api('POST', '/api/v1/guests', {name});
  return server.client({headers: {authorization: `Bearer ${made.json().token}`, accept: 'application/json'}});
}

function formOf(...files) {
  const form = new FormData();
  for (const bytes of files) form.append('photo', new Blob([bytes]), '../../etc/passwd.png');
  return form;
}

async function settled(person, id) {
  for (const until = Date.now() + 30_000; ;) {
    const {photo, reason} = (await person.get(`/api/v1/media/${id}`)).json();
    if (photo.state !== 'waiting') return {photo, reason};
    assert.ok(Date.now() < until, 'the photo is still waiting');
    await new Promise(done => setImmediate(done));
  }
}

test('an upload comes back as WebP in three sizes, without what the camera wrote', async () => {
  const ann = await guest('Ann');
  const answer = await ann.post('/api/v1/media', formOf(png(900, 1200), png(40, 40)));
  assert.equal(answer.status, 201, answer.text);
  const [big, small] = answer.json().items;
  const {photo} = await settled(ann, big.id);
  assert.equal(photo.state, 'ready');
  assert.deepEqual([photo.width, photo.height], [900, 1200]);
  for (const size of [300, 600, 1200]) {
    const file = await server.client().get(`/m/${big.id}/${size}.webp`);
    assert.equal(file.status, 200);
    assert.equal(file.headers.get('content-type'), 'image/webp');
    assert.equal(file.bytes.subarray(0, 4).toString(), 'RIFF');
    assert.equal(file.bytes.subarray(8, 12).toString(), 'WEBP');
    assert.ok(!file.bytes.includes('secret place'));
    assert.match(file.headers.get('content-security-policy'), /sandbox/);
    assert.equal(file.headers.get('x-content-type-options'), 'nosniff');
    assert.match(file.headers.get('cache-control'), /immutable/);
    const again = await server.client().get(`/m/${big.id}/${size}.webp`,
      {headers: {'if-none-match': file.headers.get('etag')}});
    assert.equal(again.status, 304);
  }
  assert.equal((await settled(ann, small.id)).photo.width, 40);
  assert.equal((await server.client().get(`/m/${big.id}/600.png`)).status, 404);
});

test('what is no photo is refused in the words of the reader', async () => {
  const ann = await guest('Ann');
  const answer = await ann.post('/api/v1/media', formOf(Buffer.from('<html><script>alert(1)</script>')));
  const {photo, reason} = await settled(ann, answer.json().items[0].id);
  assert.equal(photo.state, 'refused');
  assert.match(reason, /not a photo we can read/);
  const chinese = await ann.get(`/api/v1/media/${photo.id}`, {headers: {'accept-language': 'zh'}});
  assert.equal(chinese.status, 200);
  assert.equal((await server.client().get(`/m/${photo.id}/600.webp`)).status, 404);
});

test('too much is refused before it is kept', async () => {
  const ann = await guest('Ann');
  const big = await ann.post('/api/v1/media', formOf(Buffer.alloc(21 * 1024 * 1024)));
  assert.equal(big.status, 422, big.text);
  assert.match(big.json().detail ?? big.json().title, /too large/);
  const many = await ann.post('/api/v1/media', formOf(...Array.from({length: 21}, () => png(2, 2))));
  assert.equal(many.status, 422, many.text);
  const none = await ann.post('/api/v1/media', formOf());
  assert.equal(none.status, 422, none.text);
});

test('a photo tells strangers nothing but itself', async () => {
  const ann = await guest('Ann'), bob = await guest('Bob');
  const {id} = (await ann.post('/api/v1/media', formOf(png(10, 10)))).json().items[0];
  assert.equal((await bob.get(`/api/v1/media/${id}`)).status, 404);
  assert.equal(
    (await server.client().post('/api/v1/media', formOf(png(10, 10)), {headers: {accept: 'application/json'}})).status,
    401,
  );
});
