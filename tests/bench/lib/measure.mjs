// What the benches share: the peer (nginx), the generator (wrk), processor time, and how figures are printed.
//   pin(pid, 0)                                       this process and its threads on core 0
//   const nginx = await startNginx({page: bytes});    serves bytes as files, on core 0
//   const run = load(server, '/page', {seconds: 3, headers: {...}});   from core 1: {perSecond, cpuUs, p50Ms, p99Ms}
//   print({bench, rows, figures, ratios})             a table with targets, then the JSON line
import {execFileSync, spawn} from 'node:child_process';
import {chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {cpus, tmpdir} from 'node:os';
import {join} from 'node:path';

export async function freePort() {
  const server = createServer();
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  const {port} = server.address();
  await new Promise(done => server.close(done));
  return port;
}

export const pin = (pid, core) => execFileSync('taskset', ['-acp', String(core), String(pid)], {stdio: 'ignore'});

export const childrenOf = pid =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

// Resident memory in MiB: all, and what no other process shares with it.
export function memoryOf(pid) {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const sum = pattern => [...rollup.matchAll(pattern)].reduce((total, [, kib]) => total + Number(kib), 0) / 1024;
  return {resident: sum(/^Rss:\s+(\d+)/gm), own: sum(/^Private_\w+:\s+(\d+)/gm)};
}

// The process of this program's tests' PostgreSQL, or none.
export function postmasterOf(store) {
  if (!store.dbUrl) return undefined;
  const {port} = new URL(store.dbUrl);
  return childrenOf(process.pid).find(pid => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`-p\0${port}\0`));
}

// `files`: name -> bytes. `gzip`: compresses as the program does.
export async function startNginx(files) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-nginx-'));
  chmodSync(folder, 0o755); // nginx drops its rights
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  const port = await freePort();
  writeFileSync(`${folder}/nginx.conf`, `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 4096; }
http { access_log off; sendfile on; tcp_nodelay on; keepalive_requests 100000000; open_file_cache max=100;
  default_type text/html; gzip on; gzip_comp_level 4; gzip_types application/json;
  client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f;
  uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  server { listen 127.0.0.1:${port}; root ${folder}; location /ready { gzip_static on; } } }`);
  const child = spawn('taskset', ['-c', '0', '/usr/sbin/nginx', '-c', `${folder}/nginx.conf`], {stdio: 'inherit'});
  const killAtExit = () => child.kill('SIGTERM');
  process.on('exit', killAtExit);
  for (const [first] = Object.keys(files);;) {
    const status = await fetch(`http://127.0.0.1:${port}/${first}`).then(answer => answer.status, () => 0);
    if (status === 200) break;
    if (status !== 0 || child.exitCode !== null) throw new Error(`nginx answers ${status}`);
  }
  return {port, pids: () => [child.pid, ...childrenOf(child.pid)],
    stop: async () => {
      process.off('exit', killAtExit);
      const closed = new Promise(done => child.on('close', done));
      child.kill('SIGTERM');
      await closed;
      rmSync(folder, {recursive: true});
    }};
}

const ticks = pids => pids.reduce((sum, pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return sum + Number(fields[11]) + Number(fields[12]);
}, 0);
const TICK_US = 10_000;

// What wrk says about one run: 64 kept connections unless told. CPU is user and system time of server.pids().
export function load(server, path, {seconds = 3, connections = 64, headers = {}} = {}) {
  const before = ticks(server.pids());
  const text = execFileSync('taskset', ['-c', '1', 'wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '--latency',
    ...Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
    `http://127.0.0.1:${server.port}${path}`], {encoding: 'utf8'});
  const used = ticks(server.pids()) - before;
  if (/Non-2xx|Socket errors/.test(text)) throw new Error(text);
  const percentile = which => {
    const [, value, unit] = text.match(new RegExp(`${which}%\\s+([\\d.]+)(us|ms|s)`));
    return Number(value) * {us: 0.001, ms: 1, s: 1000}[unit];
  };
  return {perSecond: Number(text.match(/Requests\/sec:\s+([\d.]+)/)[1]),
    cpuUs: used * TICK_US / Number(text.match(/(\d+) requests in/)[1]), p50Ms: percentile(50), p99Ms: percentile(99)};
}

export const sorted = list => [...list].sort((a, b) => a - b);
export const percentileOf = (list, share) => sorted(list)[Math.min(list.length - 1, Math.floor(list.length * share))];
export const median = list => percentileOf(list, 0.5);
export const rounded = value => Number(value.toPrecision(3));
// Of several runs the median of each figure.
export const medians = runs => Object.fromEntries(Object.keys(runs[0]).map(key => [key, median(runs.map(run => run[key]))]));

// A row: {what, value, unit, target: {least|most|below}}; what has no target says none.
export function print({bench, method, rows, figures, ratios = {}}) {
  const words = ({target}) => target === undefined ? ''
    : target.least !== undefined ? `>= ${target.least}` : `< ${target.most}`;
  const holds = ({value, target}) => target === undefined ? ''
    : (target.least !== undefined ? value >= target.least : value < target.most) ? 'yes' : 'NO';
  console.log(`${method}\n\n| what | measured | target | reached |\n|---|---|---|---|`);
  for (const row of rows) {
    console.log(`| ${row.what} | ${rounded(row.value)} ${row.unit ?? ''} | ${words(row)} | ${holds(row)} |`);
  }
  console.log(JSON.stringify({bench, figures, ratios, machine: {cores: cpus().length, cpu: cpus()[0].model}}));
}
