/** The faults of a refused request: each sorted by the field of the page that it is about, with its place in the text. */
import { make } from './dom.js';
import { locate } from './json-place.js';

const most = 3;

export function sortFaults(problem, text) {
  const sorted = { user: null, short: null, scenario: [], other: [], count: 0 };
  for (const [path, messages] of Object.entries(problem.errors ?? {})) {
    sorted.count += messages.length;
    const within = /^\$\.scenario((?:[.[].*)?)$/s.exec(path)?.[1];
    if (path === '$.user_id') sorted.user = messages.join('; ');
    else if (path === '$.short_id') sorted.short = messages.join('; ');
    else if (within !== undefined) sorted.scenario.push(...messages.map((message) => placed(`$${within}`, message, text)));
    else sorted.other.push(`${path} ${messages.join('; ')}`);
  }
  sorted.scenario.sort((a, b) => a.line - b.line);
  return sorted;
}

function placed(path, message, text) {
  const [, line, column, words] = /^is not valid JSON at line (\d+), column (\d+): (.*)$/s.exec(message) ?? [];
  if (!line) {
    const place = locate(text, path);
    return { path, message, place, line: text.slice(0, place?.start).split('\n').length };
  }
  const before = text.split('\n').slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  // The service counts no byte order mark.
  const start = Math.min(before + Number(column) - (line === '1' && text.startsWith('\uFEFF') ? 0 : 1), Math.max(text.length - 1, 0));
  return { path, message: words, place: { start, end: start + 1 }, line: Number(line), column: Number(column) };
}

/** The path as a person reads it: `image_prompt`, or `scene 3, image_prompt`. */
export function nameOf(path, whole = false) {
  const [, index, rest] = /^\$(?:\.scenario)*(?:\.scenes\[(\d+)\])?\.?(.*)$/s.exec(path);
  const scene = index === undefined || !whole ? [] : [`scene ${Number(index) + 1}`];
  return [...scene, ...(rest ? [rest] : [])].join(', ');
}

/** The first of them, each with a way to its place. */
export function faultLines({ scenario, other }, show) {
  const lines = scenario.slice(0, most).map(({ path, message, place, line, column }) => make('li', {},
    make('span', {}, column ? `Line ${line}, column ${column}: ${message}.` : `${capital(nameOf(path, true)) || 'The scenario'} ${message}.`), ' ',
    make('button.link.goto', { type: 'button', onclick: () => show(place) }, `Go to line ${line}`)));
  const rest = scenario.length - most;
  if (rest > 0) lines.push(make('li.hint', {}, `And ${rest} more, each shown below at its scene.`));
  return make('ul', {}, ...other.map((text) => make('li', {}, text)), ...lines);
}

const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);
