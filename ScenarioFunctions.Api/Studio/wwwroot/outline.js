/**
 * The scenario as a person reads it, with each fault beside what it is about.
 * @typedef {{path: string, message: string}} Fault `path` within the scenario, such as `$.scenes[3].image_prompt`.
 */
import { make } from './dom.js';
import { nameOf } from './faults.js';

/** @param {any} scenario Anything at all. @returns {any[]} */
export const scenesOf = (scenario) => (Array.isArray(scenario?.scenes) ? scenario.scenes : []);

/**
 * @param {HTMLElement} list @param {any} scenario As parsed; anything at all.
 * @param {Fault[]} faults @param {(path: string) => void} show Leads to a place in the text.
 */
export function drawOutline(list, scenario, faults, show) {
  const items = scenesOf(scenario).slice(0, 200).map((scene, index) => sceneItem(scene, index, faults, show));
  const whole = faults.filter((fault) => !/^\$(\.scenario)*\.scenes\[\d+\]/.test(fault.path));
  if (whole.length) items.unshift(make('li.whole', {}, make('p', {}, 'The whole scenario'), faultList(whole, show)));
  if (!items.length) items.push(make('li.empty', {}, 'No scenes yet. Pick a sample to see how one looks.'));
  list.replaceChildren(...items);
}

function sceneItem(scene, index, all, show) {
  const path = `$.scenes[${index}]`;
  const faults = all.filter((fault) => fault.path.replace(/^\$(\.scenario)+/, '$').startsWith(path));
  const text = [scene?.description, scene?.image_prompt].find((value) => value && typeof value === 'string');
  const place = make('button.place', { type: 'button', onclick: () => show(path) },
    make('span.number', {}, String(index + 1).padStart(2, '0')),
    make('span.what', { dir: 'auto' }, text?.slice(0, 300) ?? 'No description'));
  return faults.length ? make('li.faulty', {}, place, faultList(faults, show)) : make('li', {}, place);
}

function faultList(faults, show) {
  return make('ul.faults', {}, ...faults.map(({ path, message }) => make('li', {},
    make('button.fault.link', { type: 'button', onclick: () => show(path) },
      make('code', {}, nameOf(path) || 'this'), ` ${message}`))));
}
