// Every pair of colours that pages put on each other is readable, in both themes and with every accent of a
// shop: text 4.5:1, edges of controls and graphics 3:1 (WCAG 2.2, 1.4.3 and 1.4.11). Read from app.css itself.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';

const css = readFileSync(new URL('../../web/static/app.css', import.meta.url), 'utf8');

// {'--ink': '#16242b', ...} of the first rule whose selector is exactly `selector`.
function tokensOf(selector, from = 0) {
  const start = css.indexOf(`${selector} {`, from);
  assert.notEqual(start, -1, `${selector} is in app.css`);
  const body = css.slice(start + selector.length + 2, css.indexOf('}', start));
  return Object.fromEntries([...body.matchAll(/(--[\w-]+):\s*(#[0-9a-f]{6})\b(?!\w)/gi)].map(m => [m[1], m[2]]));
}

const light = tokensOf(':root');
const darkBySystem = tokensOf(':root:not([data-theme="light"])');
const dark = tokensOf(':root[data-theme="dark"]');
const accents = ['coral', 'clay', 'tea', 'plum', 'night'];
const themes = {light, dark};
for (const accent of accents) {
  themes[`light, ${accent}`] = {...light, ...tokensOf(`\n[data-palette="${accent}"]`)};
  themes[`dark, ${accent}`] = {...dark, ...tokensOf(`\n[data-theme="dark"] [data-palette="${accent}"]`)};
}

function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map(c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const grounds = ['paper', 'raised', 'sunk'];
const tints = ['water-tint', 'coral-tint', 'gold-tint', 'good-tint', 'warn-tint', 'danger-tint'];
const faces = [...Array(8).keys()].map(n => `face-${n}`);
const texts = [
  ...[...grounds, ...tints, ...faces].map(ground => ['ink', ground]),
  ...[...grounds, 'water-tint', 'coral-tint'].map(ground => ['quiet', ground]),
  ...[...grounds, 'water-tint', 'good-tint', 'warn-tint'].map(ground => ['water', ground]),
  ...[...grounds, 'water-tint', 'coral-tint', 'good-tint', 'warn-tint', 'danger-tint'].map(ground => ['water-deep', ground]),
  ...['gold', 'good', 'warn', 'danger'].flatMap(tone => [...grounds, `${tone}-tint`].map(ground => [tone, ground])),
  ['on-water', 'water'], ['on-water', 'water-deep'], ['on-coral', 'coral'], ['on-coral', 'coral-deep'],
  ['on-danger', 'danger'], ['paper', 'ink'],
];
const graphics = [
  ...grounds.flatMap(ground => [['edge', ground], ['water', ground]]),
  ['water', 'water-tint'],
];

function worst(pairs, floor) {
  const found = Object.entries(themes).flatMap(([theme, tokens]) => pairs.map(([front, ground]) => {
    assert.ok(tokens[`--${front}`] && tokens[`--${ground}`], `${front} and ${ground} are tokens of ${theme}`);
    return {theme, pair: `${front} on ${ground}`, ratio: contrast(tokens[`--${front}`], tokens[`--${ground}`])};
  })).sort((a, b) => a.ratio - b.ratio);
  return {found, low: found.filter(({ratio}) => ratio < floor)};
}

const say = ({theme, pair, ratio}) => `${pair} (${theme}): ${ratio.toFixed(2)}:1`;

test('text is readable on every ground it stands on', t => {
  const {found, low} = worst(texts, 4.5);
  t.diagnostic(`${found.length} pairs; lowest: ${found.slice(0, 3).map(say).join('; ')}`);
  assert.deepEqual(low.map(say), []);
});

test('edges of controls and figures can be seen', t => {
  const {found, low} = worst(graphics, 3);
  t.diagnostic(`${found.length} pairs; lowest: ${found.slice(0, 3).map(say).join('; ')}`);
  assert.deepEqual(low.map(say), []);
});

test('the dark theme is the same whether the system or the reader asks for it', () => {
  assert.deepEqual(darkBySystem, dark);
  for (const accent of accents)
    assert.deepEqual(tokensOf(`:root:not([data-theme="light"]) [data-palette="${accent}"]`),
      tokensOf(`\n[data-theme="dark"] [data-palette="${accent}"]`));
});

test('both themes know the same names', () => {
  assert.deepEqual(Object.keys(dark).sort(), Object.keys(light).sort());
});

test('colours are written in the tokens only', () => {
  const pieces = ['pieces.css', 'console.css'].map(name =>
    readFileSync(new URL(`../../web/static/${name}`, import.meta.url), 'utf8')).join('');
  const rest = css.slice(css.indexOf('/* ---- base')) + pieces;
  const found = [...rest.matchAll(/#[0-9a-f]{3,8}\b/gi)].map(match => match[0].toLowerCase());
  // White grounds of QR codes and print, dots over photos, soft shadows.
  assert.deepEqual(found.filter(colour => !['#fff', '#000', '#16242b80', '#16242b26'].includes(colour)), []);
});
