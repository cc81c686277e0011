// bench_http: the web server with its hand-over to workers, against nginx serving the same bytes as
// files, in one run and in turns; then 10,000 idle event streams.
//
//   node tests/bench/http.mjs [seconds per run = 3] [rounds = 3] [streams = 10000]
//
// Both servers get core 0, wrk gets core 1 (64 kept-alive connections). CPU is user + system time of
// the server's processes over the requests served: the figure to trust on a shared machine.
import {execFileSync, spawn} from 'node:child_process';
import {chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer, connect} from 'node:net';
import {cpus} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {createInterface} from 'node:readline';

async function freePort() {
  const server = createServer();
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  const {port} = server.address();
  await new Promise(done => server.close(done));
  return port;
}

async function startEcho(...args) {
  const program = join(dirname(resolve(process.env.MILLPOND_BIN ?? 'build/millpond')), 'echo_server');
  const child = spawn('taskset', ['-c', '0', program, ...args], {stdio: ['pipe', 'pipe', 'inherit']});
  const {value = ''} = await createInterface({input: child.stdout})[Symbol.asyncIterator]().next();
  return {port: Number(value.split(' ')[1]), pids: () => [child.pid],
    stop: () => new Promise(done => { child.on('close', done); child.stdin.end(); })};
}

async function startNginx(folder) {
  const port = await freePort();
  writeFileSync(`${folder}/nginx.conf`, `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 4096; }
http { access_log off; sendfile on; tcp_nodelay on; keepalive_requests 100000000; open_file_cache max=100;
  client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f;
  uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  server { listen 127.0.0.1:${port}; root ${folder}; } }`);
  const child = spawn('taskset', ['-c', '0', '/usr/sbin/nginx', '-c', `${folder}/nginx.conf`], {stdio: 'inherit'});
  process.on('exit', () => child.kill('SIGTERM'));
  for (;;) {
    const status = await fetch(`http://127.0.0.1:${port}/json`).then(answer => answer.status, () => 0);
    if (status === 200) break;
    if (status !== 0) throw new Error(`nginx answers ${status}`);
  }
  const children = () => readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ').map(Number);
  return {port, pids: () => [child.pid, ...children()],
    stop: () => new Promise(done => { child.on('close', done); child.kill('SIGTERM'); })};
}

const cpuTicks = pids => pids.reduce((sum, pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return sum + Number(fields[11]) + Number(fields[12]);
}, 0);

function load(server, path, seconds) {
  const before = cpuTicks(server.pids());
  const text = execFileSync('taskset', ['-c', '1', 'wrk', '-t1', '-c64', `-d${seconds}s`, '--latency',
    `http://127.0.0.1:${server.port}${path}`], {encoding: 'utf8'});
  const ticks = cpuTicks(server.pids()) - before;
  const requests = Number(text.match(/(\d+) requests in/)[1]);
  const [, p99, unit] = text.match(/99%\s+([\d.]+)(us|ms|s)/);
  if (/Non-2xx|Socket errors/.test(text)) throw new Error(text);
  return {perSecond: Number(text.match(/Requests\/sec:\s+([\d.]+)/)[1]), cpuUs: ticks * 10_000 / requests,
    p99Ms: Number(p99) * {us: 0.001, ms: 1, s: 1000}[unit]};
}

const median = list => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

function resident(pid) {
  return Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+) kB/)[1]) / 1024;
}

async function idleStreams(count) {
  const server = await startEcho('connections_max=30000', 'connections_per_ip_max=2000');
  const [pid] = server.pids();
  await (await fetch(`http://127.0.0.1:${server.port}/json`)).text();
  const before = resident(pid);
  const sockets = [];
  const open = i => new Promise((done, fail) => {
    const socket = connect({port: server.port, host: '127.0.0.1', localAddress: `127.0.0.${2 + i % 20}`});
    socket.once('data', done);
    socket.once('error', fail);
    socket.write(`GET /sse?topic=person:${i} HTTP/1.1\r\nHost: a\r\n\r\n`);
    sockets.push(socket);
  });
  for (let i = 0; i < count; i += 100) await Promise.all(Array.from({length: 100}, (_, k) => open(i + k)));
  const {streams} = await (await fetch(`http://127.0.0.1:${server.port}/stats`)).json();
  const after = resident(pid);
  for (const socket of sockets) socket.destroy();
  await server.stop();
  return {streams, before, after};
}

async function main() {
  const [seconds, rounds, streamCount] = [3, 3, 10_000].map((value, i) => Number(process.argv[2 + i] ?? value));
  const folder = mkdtempSync('/tmp/bench-http-');
  chmodSync(folder, 0o755); // nginx drops its rights
  const echo = await startEcho();
  for (const name of ['json', 'page']) {
    const bytes = Buffer.from(
      await (
        await fetch(`http://127.0.0.1:${echo.port}/${name}`, {headers: {'Accept-Encoding': 'identity'}})
      ).arrayBuffer(),
    );
    writeFileSync(`${folder}/${name}`, bytes);
    console.log(`${name}: ${bytes.length} bytes`);
  }
  const nginx = await startNginx(folder);
  const rows = [['json, worker', echo, '/json'], ['json, nginx file', nginx, '/json'], ['page, worker', echo, '/page'],
    ['page, loop (rendered bytes)', echo, '/cached'], ['page, nginx file', nginx, '/page']];
  const runs = rows.map(() => []);
  for (let round = 0; round < rounds; round++)
    rows.forEach(([, server, path], i) => runs[i].push(load(server, path, seconds)));
  await echo.stop();
  await nginx.stop();
  rmSync(folder, {recursive: true});
  const figures = {};
  console.log('\n| what | requests/s | CPU us per request | p99 ms |\n|---|---|---|---|');
  rows.forEach(([name], i) => {
    const of = key => median(runs[i].map(run => run[key]));
    figures[name] = {perSecond: Math.round(of('perSecond')), cpuUs: Number(of('cpuUs').toFixed(1)), p99Ms: of('p99Ms')};
    console.log(`| ${name} | ${figures[name].perSecond} | ${figures[name].cpuUs} | ${figures[name].p99Ms} |`);
  });
  const streams = await idleStreams(streamCount);
  figures.streams = {count: streams.streams, beforeMiB: streams.before, afterMiB: streams.after};
  const [bare, with_] = [streams.before, streams.after].map(mib => `${mib.toFixed(1)} MiB`);
  console.log(`\n${streams.streams} idle event streams: ${bare} before, ${with_} with them`);
  const ratio = (a, b) => Number((figures[a].perSecond / figures[b].perSecond).toFixed(2));
  console.log(JSON.stringify({bench: 'http', figures, ratios: {
    jsonToNginx: ratio('json, worker', 'json, nginx file'), pageToNginx: ratio('page, worker', 'page, nginx file'),
    renderedToNginx: ratio('page, loop (rendered bytes)', 'page, nginx file'),
    bytesPerStream: Math.round((streams.after - streams.before) * 1048576 / streams.streams)},
  machine: {cpu: cpus()[0].model, cores: cpus().length}}));
}

if (process.env.BENCH_HTTP_RAISED !== '1') {
  const child = spawn('sh', ['-c', 'ulimit -n $(ulimit -Hn); exec "$0" "$@"', process.execPath, ...process.argv.slice(1)],
    {stdio: 'inherit', env: {...process.env, BENCH_HTTP_RAISED: '1'}});
  process.exitCode = await new Promise(done => child.on('close', code => done(code ?? 1)));
} else await main();
