// The figures for Prometheus: at a private address of their own, in its format, and true.
import test from 'node:test';
import assert from 'node:assert/strict';
import {engineUnderTest, newStore, runCommand, startServer} from '../lib/server.mjs';
import {parsePrometheus} from '../lib/prometheus.mjs';

const metricsOf = server => `http://127.0.0.1:${server.log().match(/event=metrics\.open .*port=(\d+)/)[1]}/metrics`;
const scrape = async url => {
  const answer = await fetch(url);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  return parsePrometheus(await answer.text());
};
const sum = (family, want = {}) => family.samples
  .filter(({labels}) => Object.entries(want).every(([name, value]) => labels[name] === value))
  .reduce((total, {value}) => total + value, 0);

test('requests, commits, events, jobs and the process are counted', async () => {
  const server = await startServer({args: ['--metrics', '127.0.0.1:0']});
  const url = metricsOf(server);
  const before = await scrape(url);
  for (let i = 0; i < 5; i++) await (await fetch(`${server.url}/robots.txt`)).text();
  await (await fetch(`${server.url}/api/v1/nowhere`)).text();
  await server.client().api('POST', '/api/v1/guests', {name: 'Ann'});
  const after = await scrape(url);
  const grown = (name, labels) => sum(after.get(name), labels) - sum(before.get(name), labels);
  assert.equal(grown('millpond_http_requests_total', {method: 'GET', route: '/robots.txt', status: '2xx'}), 5);
  assert.equal(grown('millpond_http_requests_total', {route: '-', status: '4xx'}), 1);
  assert.equal(grown('millpond_http_request_duration_seconds', {route: '/robots.txt', le: '+Inf'}), 5);
  assert.ok(grown('millpond_db_commands_total') > 0);
  assert.ok(grown('millpond_db_commit_commands', {le: '+Inf'}) > 0);
  assert.ok(grown('millpond_http_sent_bytes_total') > 500);
  assert.equal(after.get('millpond_info').samples[0].labels.engine, engineUnderTest);
  assert.ok(after.get('millpond_events_waiting').samples.length > 3);
  assert.ok(after.get('millpond_jobs').samples.length > 0);
  assert.ok(sum(after.get('process_resident_memory_bytes')) > 1e6);
  assert.ok(sum(after.get('process_open_fds')) > 5);
  for (const name of [
    'millpond_db_wal_bytes', 'millpond_db_oldest_reader_seconds', 'millpond_sse_streams', 'millpond_mails_held',
    'process_cpu_seconds_total', 'millpond_db_file_in_doubt',
  ])
    assert.equal(after.get(name).samples.length, 1, name);
  assert.doesNotMatch(JSON.stringify([...after]), /Ann|127\.0\.0\.1/);
  await server.stop();
});

test('nothing else is there, and the public server has no figures', async () => {
  const server = await startServer({args: ['--metrics', '127.0.0.1:0']});
  const url = metricsOf(server);
  assert.equal((await fetch(url.replace('/metrics', '/'))).status, 404);
  assert.equal((await fetch(url, {method: 'POST'})).status, 405);
  assert.equal((await fetch(`${server.url}/metrics`)).status, 404);
  await server.stop();
});

test('an address that everybody can reach is refused unless asked for', async () => {
  const store = await newStore();
  for (const address of ['0.0.0.0:0', '[::]:0', '8.8.8.8:0', 'example.com:0']) {
    const {code, stderr} = await runCommand(['serve', ...store.args, '--listen', '127.0.0.1:0', '--metrics', address]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /app\.metrics_public/);
  }
  const server = await startServer({store, args: ['--metrics', '0.0.0.0:0', '--metrics-anywhere']});
  await scrape(metricsOf(server));
  await server.stop();
  store.remove();
});
