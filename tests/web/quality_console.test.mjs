// The console's pages, by the same measure as the shopper's; they may carry charts.
import {consolePages} from '../lib/demo_pages.mjs';
import {testPages} from '../lib/quality.mjs';

testPages(consolePages, {bytesMost: 200_000});
