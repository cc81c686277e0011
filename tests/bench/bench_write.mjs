// bench-write: durable orders per second through db_write; builds and runs bench_write (see bench_write.c).
// Orders already stored: MILLPOND_BENCH_ORDERS, 5 million unless said.
import {execFileSync} from 'node:child_process';
import {dirname} from 'node:path';

const folder = dirname(process.env.MILLPOND_BIN ?? 'build/millpond');
execFileSync('ninja', ['-C', folder, 'bench_write'], {stdio: ['ignore', 'ignore', 'inherit']});
execFileSync(`${folder}/bench_write`, ['--orders', process.env.MILLPOND_BENCH_ORDERS ?? '5000000', '--seconds', '5'],
  {stdio: 'inherit'});
