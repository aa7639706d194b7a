/** The scenario as a person reads it, with each fault beside what it is about. */
import { make } from './dom.js';
import { plural } from './format.js';

/**
 * @typedef {{path: string, message: string}} Fault `path` within the scenario, such as `$.scenes[3].image_prompt`.
 * @param {HTMLElement} list
 * @param {any} scenario As parsed; anything at all.
 * @param {Fault[]} faults
 * @param {(path: string) => void} show Leads to a place in the text.
 */
export function drawOutline(list, scenario, faults, show) {
  const scenes = Array.isArray(scenario?.scenes) ? scenario.scenes : [];
  const of = (/** @type {string} */ path) =>
    faults.filter((fault) => fault.path === path || fault.path.startsWith(`${path}.`) || fault.path.startsWith(`${path}[`));
  const items = scenes.slice(0, 200).map((/** @type {any} */ scene, /** @type {number} */ index) =>
    sceneItem(scene, index, of(`$.scenes[${index}]`), show));
  const whole = faults.filter((fault) => !/^\$\.scenes\[\d+\]/.test(fault.path));
  if (whole.length) items.unshift(make('li.whole', {}, make('p', {}, 'The whole scenario'), ...faultList(whole, show)));
  if (!items.length) items.push(make('li.empty', {}, 'No scenes yet. Pick a sample to see how one looks.'));
  list.replaceChildren(...items);
}

/** @param {any} scene @param {number} index @param {Fault[]} faults @param {(path: string) => void} show */
function sceneItem(scene, index, faults, show) {
  const path = `$.scenes[${index}]`;
  const text = (/** @type {any} */ value) => (typeof value === 'string' ? value : '');
  return make(faults.length ? 'li.faulty' : 'li', {},
    make('button.place', { type: 'button', onclick: () => show(path), title: 'Show it in the text' },
      make('span.number', {}, String(index + 1).padStart(2, '0')),
      make('span.what', { dir: 'auto' }, (text(scene?.description) || text(scene?.image_prompt) || 'No description').slice(0, 300))),
    ...faultList(faults, show));
}

/** @param {Fault[]} faults @param {(path: string) => void} show @returns {HTMLElement[]} */
function faultList(faults, show) {
  if (!faults.length) return [];
  const items = faults.map((fault) => make('li', {},
    make('button.fault.link', { type: 'button', onclick: () => show(fault.path) },
      make('code', {}, fault.path.replace(/^\$\.?(scenes\[\d+\]\.?)?/, '') || 'scenario'), ` ${fault.message}`)));
  return [make('ul.faults', {}, ...items)];
}

/** @param {any} scenario @returns {number} How many scenes it has. */
export const sceneCount = (scenario) => (Array.isArray(scenario?.scenes) ? scenario.scenes.length : 0);

/**
 * What a start costs at most, in words.
 * @param {number} scenes
 * @param {import('./api.js').Credits} credits
 */
export function costOf(scenes, credits) {
  const pictures = Math.max(0, scenes - 1);
  const cost = pictures * credits.credits_per_image;
  return {
    cost,
    short: cost > credits.balance,
    text: `${plural(pictures, 'picture')} × ${credits.credits_per_image}`,
    balance: plural(credits.balance, 'credit'),
  };
}
