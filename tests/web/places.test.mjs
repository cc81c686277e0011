// Every way out of the frame around a page leads somewhere: the bar on top, the places, for a stranger and for a guest.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {startServer} from '../lib/server.mjs';

let server;
before(async () => { server = await startServer(); });
after(() => server.stop());

const ways = html => [...html.matchAll(/<(header|nav)\b[\s\S]*?<\/\1>/g)]
  .flatMap(([frame]) => [...frame.matchAll(/<a\b[^>]*href="([^"]+)"/g)].map(([, href]) => href));

for (const who of ['a stranger', 'a guest']) {
  test(`the frame leads ${who} only to pages that are there`, async () => {
    const visitor = server.client();
    if (who === 'a guest') assert.equal((await visitor.api('POST', '/api/v1/guests', {name: 'Ann'})).status, 201);
    const found = new Set(ways((await visitor.get('/explore')).text));
    assert.ok(found.has('/') && found.has('/cart') && found.has('/chat'), [...found].join(' '));
    for (const href of found) {
      const page = await visitor.get(href, {follow: true});
      assert.equal(page.status, 200, href);
    }
  });
}
