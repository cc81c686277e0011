// Who may include whom: the layer table of the design, and the needs of src/features.list.
import {findAll} from './files.mjs';

const below = {
  base: ['base'],
  sys: ['sys', 'base'],
  db: ['db', 'sys', 'base'],
  http: ['http', 'sys', 'base'],
  core: ['core', 'http', 'db', 'sys', 'base'],
  media: ['media', 'sys', 'base'],
};
const platform = below.core;
const generatedForAll = ['texts.h', 'assets.h'];

// {order: ['catalog', ...]} for features; adapters have none.
export function readNeeds(text) {
  const needs = {};
  for (const line of text.split('\n')) {
    const match = line.replace(/#.*/, '').match(/^\s*(features|adapters)\/(\w+)\s*:\s*(.*?)\s*$/);
    if (match) needs[match[2]] = match[3].split(/\s+/).filter(Boolean);
  }
  return needs;
}

// Why this file may not include `target`, or null if it may.
export function refusal(file, target, needs) {
  const [folder] = target.split('/');
  if (!target.includes('/')) {
    return generatedForAll.includes(target) && below[file.layer] && file.layer !== 'core'
      ? `${file.layer} is below what is generated for pages` : null;
  }
  if (below[file.layer]) return below[file.layer].includes(folder) ? null : `${file.layer} may not know ${folder}`;
  if (file.layer === 'app' || platform.includes(folder) || folder === file.unit) return null;
  if (folder === 'page' || target === 'web/page.h') return null;
  if (folder === 'app') return file.isTest && target === 'app/features.h' ? null : 'only app knows app';
  if (file.layer === 'page') return 'shared templates know no feature';
  if (file.layer === 'adapters') return `an adapter knows core's ports, not ${folder}`;
  const isFixture = file.isTest && target === `${folder}/tests/fixture.h`; // meson.build, fixtures
  if (target !== `${folder}/${folder}.h` && !isFixture) return `${target} is private to ${folder}`;
  if (file.isTest || needs[file.unit]?.includes(folder)) return null;
  return `${file.unit} does not list ${folder} in its needs (src/features.list)`;
}

export function layering({files, read}) {
  const needs = readNeeds(read('src/features.list'));
  const includes = files.filter(file => file.isC && file.layer !== null).flatMap(file =>
    findAll(file, /^\s*#\s*include\s*"([^"]+)"/gm, match => match[1])
      .map(found => ({...found, text: refusal(file, found.text, needs)})).filter(({text}) => text !== null));
  // A feature's own table of needs says what the list says.
  const tables = files.filter(file => /^src\/features\/(\w+)\/\1_feature\.c$/.test(file.path)).flatMap(file =>
    findAll(file, /needs\w*\[\]\s*=\s*\{([^}]*)\}/g, match =>
      [...match[1].matchAll(/"(\w+)"/g)].map(found => found[1]).join(' '))
      .filter(({text}) => text !== (needs[file.unit] ?? []).join(' '))
      .map(found => ({...found, text: `needs "${found.text}" here, "${(needs[file.unit] ?? []).join(' ')}" in the list`})));
  return [...includes, ...tables];
}
