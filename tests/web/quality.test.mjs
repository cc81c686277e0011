// Every page a shopper and a merchant sees, at both sizes, light and dark, in both languages: nothing serious for axe, no
// error on the console, nothing that moves while one reads, nothing wider than the screen, and, without photos, less than
// 100 kB for a shopper; the console's pages carry charts and may take twice that.
import {consolePages} from '../lib/console_pages.mjs';
import {shopperPages} from '../lib/demo_pages.mjs';
import {testPages} from '../lib/quality.mjs';

testPages([{pages: shopperPages, bytesMost: 100_000}, {pages: consolePages, bytesMost: 200_000}]);
