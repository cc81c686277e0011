// Every page a merchant sees, judged like a shopper's (quality.test.mjs); the console's pages carry charts and may take
// twice as many bytes.
import {consolePages, fillConsole} from '../lib/console_pages.mjs';
import {testPages} from '../lib/quality.mjs';

testPages({pages: consolePages, bytesMost: 200_000, fill: fillConsole});
