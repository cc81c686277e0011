// Every page a shopper sees, at both sizes, light and dark, in both languages: nothing serious for axe, no error on the
// console, nothing that moves while one reads, nothing wider than the screen, and, without photos, less than 100 kB.
import {shopperPages} from '../lib/demo_pages.mjs';
import {testPages} from '../lib/quality.mjs';

testPages({pages: shopperPages, bytesMost: 100_000});
