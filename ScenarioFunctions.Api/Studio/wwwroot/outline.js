/** The scenario as a person reads it, with each fault beside what it is about. */
import { make } from './dom.js';
import { nameOf } from './faults.js';

export const scenesOf = (scenario) => (Array.isArray(scenario?.scenes) ? scenario.scenes : []);

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
