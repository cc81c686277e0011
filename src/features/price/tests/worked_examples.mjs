#!/usr/bin/env node
// The worked examples of prices, computed a second time from the rules in ../README.md, by whole numbers only and
// without a line of the program: if this and the program agree with worked_examples.tsv, both read the rules alike.
//
//   node worked_examples.mjs write    fills in the expected columns (look at what changed before you keep it)
import {readFileSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

export const file = fileURLToPath(new URL('./worked_examples.tsv', import.meta.url));
const INPUTS = 11;
const EU = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ');
const DIGITS = {EUR: 2, USD: 2, GBP: 2, CNY: 2, CHF: 2, JPY: 0, KRW: 0, KWD: 3};
const VAT_FORMS = {DE: /^(DE)?\d{9}$/, NL: /^(NL)?\d{9}B\d\d$/, FR: /^(FR)?[0-9A-Z]{2}\d{9}$/, FI: /^(FI)?\d{8}$/};

// x * up / down, half away from zero; nothing here is negative
const ratio = (x, up, down) => (2n * x * up + down) / (2n * down);
const ten = n => 10n ** BigInt(n);
const split = (text, separator) => (text === '-' ? [] : text.split(separator));
const most = list => list.reduce((x, y) => (x > y ? x : y), 0n);

function roundUp(x, rule, digits) {
  const whole = ten(digits);
  const upTo = (step, tail) => (x <= tail ? tail : (x - tail + step - 1n) / step * step + tail);
  if (x === 0n) return x;
  return {exact: () => x, 90: () => upTo(whole, whole / 10n * 9n), 99: () => upTo(whole, whole / 100n * 99n),
    whole: () => upTo(whole, 0n), ten: () => upTo(whole * 10n, 0n)}[rule]();
}

function readLine(text) {
  const [what, taxClass, weight, size, fixed] = text.split(':');
  const [unit, quantity] = what.split('x').map(BigInt);
  const mm = size === '-' ? [0n, 0n, 0n] : size.split('.').map(BigInt);
  return {unit, quantity, taxClass, isShipped: weight !== '-', weight: weight === '-' ? 0n : BigInt(weight),
    volume: mm[0] * mm[1] * mm[2], fixed: fixed === undefined ? null : BigInt(fixed)};
}

// what a method costs in the shop's currency, or null when it does not carry that
function methodPrice(text, goods, weight, volume) {
  const words = text.split(' ');
  const freeFrom = words.includes('free') ? BigInt(words[words.indexOf('free') + 1]) : null;
  let price = 0n;
  if (words[0] === 'flat') price = BigInt(words[1]);
  if (words[0] === 'weight' || words[0] === 'price') {
    const [steps, divisor] = words[1].split('/');
    const byVolume = divisor === undefined ? 0n : (volume + BigInt(divisor) - 1n) / BigInt(divisor);
    const measure = words[0] === 'price' ? goods : weight > byVolume ? weight : byVolume;
    const step = steps.split(';').map(s => s.split('=').map(BigInt)).find(([upTo]) => measure <= upTo);
    if (step === undefined) return null;
    price = step[1];
  }
  return freeFrom !== null && goods >= freeFrom ? 0n : price;
}

function decideTax(row, goods) {
  const [country, region = ''] = row.to.split('-');
  if (row.rates.startsWith('flat:')) {
    const [, rate, how] = row.rates.split(':');
    return {ground: '-', included: how === 'in', rates: {std: BigInt(rate), red: BigInt(rate), zero: 0n}, out: null};
  }
  const none = {ground: 'none', included: false, rates: {std: 0n, red: 0n, zero: 0n}, out: null};
  const terms = row.terms.split('+');
  const limit = terms.filter(t => t.startsWith('ioss=')).map(t => BigInt(t.slice(5)))[0];
  const isImport = EU.includes(country) && !EU.includes(row.home);
  if (isImport && (limit === undefined || goods > limit)) return {...none, ground: 'import'};
  const rows = split(row.rates, ',').map(r => r.split(':'));
  const found = (region !== '' && rows.find(([place]) => place === `${country}-${region}`)) ||
    rows.find(([place]) => place === country);
  if (!found) return none;
  const rates = {std: BigInt(found[2]), red: BigInt(found[3]), zero: 0n};
  const included = found[1] === 'in';
  if (EU.includes(country) && EU.includes(row.home) && country !== row.home && terms.includes('reverse') &&
      row.vat !== '-' && VAT_FORMS[country].test(row.vat))
    return {...none, ground: 'reverse', included, out: included ? rates : null};
  return {ground: isImport ? 'ioss' : 'rate', included, rates, out: null};
}

function shipping(row, lines, goods, convert) {
  if (!lines.some(l => l.isShipped)) return 0n;
  const weight = lines.reduce((sum, l) => sum + (l.isShipped ? l.weight * l.quantity : 0n), 0n);
  const volume = lines.reduce((sum, l) => sum + (l.isShipped ? l.volume * l.quantity : 0n), 0n);
  if (row.methods === 'none') return null;
  const priced = row.methods.split(' | ').map((m, i) => ({i, price: methodPrice(m, goods, weight, volume)}))
    .filter(m => m.price !== null).sort((x, y) => (x.price < y.price ? -1 : x.price > y.price ? 1 : x.i - y.i));
  if (priced.length === 0) return null;
  const brought = priced.find(m => !row.methods.split(' | ')[m.i].startsWith('pickup'));
  return convert((priced.find(m => String(m.i) === row.method) || brought || priced[0]).price);
}

export function compute(row) {
  const lines = row.lines.split(' ').map(readLine);
  const [code, rateText = '1000000', rule = 'exact'] = row.currency.split('@');
  const rate = BigInt(rateText), from = ten(DIGITS[row.base]), to = ten(DIGITS[code]);
  const convert = minor => (code === row.base ? minor : ratio(minor, rate * to, 1000000n * from));
  const goodsBase = lines.reduce((sum, l) => sum + l.unit * l.quantity, 0n);
  const tax = decideTax(row, goodsBase);
  const net = (minor, bp) => (tax.out === null ? minor : ratio(minor, 10000n, 10000n + bp));
  for (const l of lines) {
    const listed = code === row.base ? l.unit : l.fixed !== null ? l.fixed : roundUp(convert(l.unit), rule, DIGITS[code]);
    l.price = net(listed, tax.out === null ? 0n : tax.out[l.taxClass]);
    l.total = l.price * l.quantity;
  }
  const carried = shipping(row, lines, goodsBase, convert);
  const outHighest = tax.out === null ? 0n : most(lines.map(l => tax.out[l.taxClass]));
  const ship = carried === null ? 0n : net(carried, outHighest);
  const goods = lines.reduce((sum, l) => sum + l.total, 0n);
  const parts = lines.map(l => [tax.rates[l.taxClass], l.total]);
  if (ship > 0n) parts.push([most(lines.map(l => tax.rates[l.taxClass])), ship]);
  const sums = new Map();
  parts.forEach(([bp, base], i) => {
    const key = row.terms.startsWith('line') && !row.rates.startsWith('flat:') ? i : String(bp);
    sums.set(key, [bp, (sums.has(key) ? sums.get(key)[1] : 0n) + base]);
  });
  const taxes = [...sums.values()].map(([bp, base]) => ratio(base, bp, 10000n + (tax.included ? bp : 0n)));
  const taxSum = taxes.reduce((x, y) => x + y, 0n);
  return [lines.map(l => l.price).join(','), goods, carried === null ? 'unreachable' : ship, taxSum,
    goods + ship + (tax.included ? 0n : taxSum), tax.ground].map(String);
}

export function parse(line) {
  const cells = line.split('\t');
  const [name, home, base, rates, terms, methods, to, vat, currency, lines, method] = cells;
  return {row: {name, home, base, rates, terms, methods, to, vat, currency, lines, method}, expected: cells.slice(INPUTS)};
}

export const isExample = line => line !== '' && !line.startsWith('#');

if (process.argv[2] === 'write')
  writeFileSync(file, readFileSync(file, 'utf8').split('\n').map(line => (isExample(line)
    ? [...line.split('\t').slice(0, INPUTS), ...compute(parse(line).row)].join('\t') : line)).join('\n'));
