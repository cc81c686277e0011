// bench-feed: how long a home feed takes to read; builds and runs bench_feed (see bench_feed.c).
// Posts: MILLPOND_BENCH_POSTS, 100,000 unless said.
import {execFileSync} from 'node:child_process';
import {dirname} from 'node:path';

const folder = dirname(process.env.MILLPOND_BIN ?? 'build/millpond');
execFileSync('ninja', ['-C', folder, 'bench_feed'], {stdio: ['ignore', 'ignore', 'inherit']});
execFileSync(`${folder}/bench_feed`, [process.env.MILLPOND_BENCH_POSTS ?? '100000'], {stdio: 'inherit'});
