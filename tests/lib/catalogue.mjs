// The texts of the house and the words of the demo's people, to tell one from the other on a page.
//   strangeWords('zh', texts)    what of the page's texts is English and nobody of the demo wrote
import {readFileSync, readdirSync} from 'node:fs';
import {join, resolve} from 'node:path';

const root = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');

function filesBelow(folder, fits) {
  return readdirSync(folder, {withFileTypes: true}).flatMap(entry => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path, fits) : fits(path) ? [path] : [];
  });
}

const plain = text => text.replace(/\s+/g, ' ').trim();

function readCatalogue(language) {
  const found = new Map();
  const files = ['src', 'web'].flatMap(name =>
    filesBelow(join(root, name), path => path.endsWith(`/texts/${language}.txt`)));
  for (const path of files) {
    const content = readFileSync(path, 'utf8').replace(/\\\r?\n\s*/g, '');
    for (const [, key, text] of content.matchAll(/^\s*([a-z0-9_.]+)\s*=\s*(.*)$/gm))
      found.set(key, plain(text.replace(/\\n/g, ' ')));
  }
  return found;
}

export const catalogues = {en: readCatalogue('en'), zh: readCatalogue('zh')};

// Every string in the demo's sources: neighbours are one, as the compiler takes them.
function demoWords() {
  const files = filesBelow(join(root, 'src/features/demo'), path => path.endsWith('.c') && !path.includes('/tests/'));
  return files.flatMap(path => [...readFileSync(path, 'utf8').matchAll(/"(?:\\.|[^"\\\n])*"(?:\s*"(?:\\.|[^"\\\n])*")*/g)])
    .map(([all]) => plain(all.replace(/"\s*"/g, '').slice(1, -1).replace(/\\n/g, ' ').replace(/\\(.)/g, '$1')
      .replace(/<[^>]*>/g, ' ')));
}

// What people wrote, as one text to look into; a test adds what it wrote itself.
export function peopleOf(more = []) {
  const words = [...demoWords(), ...more.map(plain)];
  return {whole: words.join('\n'), each: new Set(words)};
}

// Pieces in the writing of the other language.
const PIECES = {
  en: /\p{Script=Han}[\p{Script=Han}\u3000-\u303f\uff00-\uffef“”‘’…]*/gu,
  zh: /\p{Script=Latin}[\p{Script=Latin}\p{M}\d '’.,&@#:/?!%+_=()"-]*/gu,
};
const AMOUNTS = /(?:[A-Z]{2,3})?[€$£¥]\s?\d[\d.,]*/g;
const house = {en: [...catalogues.en.values()].join('\n'), zh: [...catalogues.zh.values()].join('\n')};
const only = (one, other) => new Set([...catalogues[one].values()].filter(text => !house[other].includes(text)));
const foreign = {en: only('zh', 'en'), zh: only('en', 'zh')};

// What of `texts`, which a page in `language` shows, is of the other language and neither somebody's words nor one of
// `names` (a pattern of what is the same everywhere). A text of the house in the other language is strange even where
// people use the same words in the middle of theirs.
export function strangeWords(language, texts, people, names) {
  const found = new Set();
  const isKnown = words => people.each.has(words) || names.test(words) ||
    (!foreign[language].has(words) && (people.whole.includes(words) || house[language].includes(words)));
  for (const text of texts) for (const [piece] of plain(text.replace(AMOUNTS, '·')).matchAll(PIECES[language])) {
    const words = piece.replace(/[\s.,:;!?'"’”()/&@#%+=-]+$/u, '');
    const isWord = language === 'en' || /\p{Script=Latin}{2}/u.test(words);
    if (isWord && !isKnown(words) && !words.split(/, | \/ /).every(isKnown)) found.add(words);
  }
  return [...found];
}
