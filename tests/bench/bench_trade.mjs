// bench-trade: how long a search of customs records takes; builds and runs bench_trade (see bench_trade.c).
// Records: MILLPOND_BENCH_RECORDS, a million unless said. MILLPOND_BENCH_STORE: a file to
// keep them in, so that the next run only measures.
import {execFileSync} from 'node:child_process';
import {dirname} from 'node:path';

const folder = dirname(process.env.MILLPOND_BIN ?? 'build/millpond');
execFileSync('ninja', ['-C', folder, 'bench_trade'], {stdio: ['ignore', 'ignore', 'inherit']});
const store = process.env.MILLPOND_BENCH_STORE ?? ':memory:';
execFileSync(`${folder}/bench_trade`, [process.env.MILLPOND_BENCH_RECORDS ?? '1000000', store], {stdio: 'inherit'});
