// bench-trade: how long a search of customs records takes; builds and runs bench_trade (see bench_trade.c), on SQLite and
// then on PostgreSQL. MILLPOND_BENCH_RECORDS: how many, a million unless said. MILLPOND_BENCH_STORE: a file or an address
// postgres://... of an empty database to keep them in, so that the next run only measures; then that engine alone.
// MILLPOND_BENCH_FILL=1 only fills it.
import {execFileSync} from 'node:child_process';
import {dirname} from 'node:path';
import {startPostgres} from '../lib/postgres.mjs';

const folder = dirname(process.env.MILLPOND_BIN ?? 'build/millpond');
execFileSync('ninja', ['-C', folder, 'bench_trade'], {stdio: ['ignore', 'ignore', 'inherit']});
const records = process.env.MILLPOND_BENCH_RECORDS ?? '1000000';
const how = process.env.MILLPOND_BENCH_FILL ? ['fill'] : [];
const run = store => execFileSync(`${folder}/bench_trade`, [records, store, ...how], {stdio: 'inherit'});
if (process.env.MILLPOND_BENCH_STORE) {
  run(process.env.MILLPOND_BENCH_STORE);
} else {
  run(':memory:');
  const cluster = await startPostgres();
  run(await cluster.createDatabase());
  await cluster.stop();
}
