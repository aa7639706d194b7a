/** One scene's card. Made once; afterwards only what has changed is touched. */
import { make, say, showText } from './dom.js';
import { statusName } from './format.js';
import { explain, placeholder } from './reasons.js';

/**
 * @param {number} number Of the scene, from 1.
 * @param {{description?: string, image_prompt?: string} | undefined} posted As this browser remembers it.
 * @param {(number: number) => void} open Shows its picture in full size.
 */
export function makeCard(number, posted, open) {
  const stand = make('p.stand', {});
  const frame = make('div.frame', {}, make('span.number', { 'aria-hidden': 'true' }, String(number).padStart(2, '0')), stand);
  const badge = make('span.badge', {});
  const why = make('p.what', { hidden: true });
  const help = make('p.help', { hidden: true });
  const note = make('p.note', { hidden: true, dir: 'auto' });
  const prompt = make('p.prompt', { dir: 'auto' }, words(posted));
  const card = make('li.card', { id: `scene-${number}` }, frame,
    make('div.head', {}, make('h2', {}, `Scene ${number}`), badge), prompt, why, help, note);
  prompt.hidden = !prompt.textContent;
  let seen = '';

  /** @param {import('./api.js').SceneOutcome} scene */
  function update(scene) {
    const now = JSON.stringify(scene);
    if (now === seen) return;
    seen = now;
    const reason = explain(scene.reason);
    card.dataset.status = reason?.quiet ? 'kept' : scene.status;
    say(badge, reason?.quiet ? 'Kept' : statusName(scene.status));
    say(stand, placeholder(scene) ?? scene.status);
    showText(why, reason?.what ?? null);
    showText(help, reason?.help ?? null);
    showText(note, scene.note ?? null);
    if (scene.image_url && !frame.querySelector('button')) frame.append(picture(scene.image_url, number, posted, open));
  }

  return { card, update };
}

/** @param {{description?: string, image_prompt?: string} | undefined} posted */
function words(posted) {
  const text = posted?.image_prompt || posted?.description;
  return typeof text === 'string' ? text : '';
}

/** @param {string} url @param {number} number @param {any} posted @param {(number: number) => void} open */
function picture(url, number, posted, open) {
  const image = make('img', { loading: 'lazy', decoding: 'async', alt: `Scene ${number}: ${words(posted).slice(0, 200)}`, src: url });
  const button = make('button.picture', { type: 'button', onclick: () => open(number), 'aria-label': `Look at the picture of scene ${number}` }, image);
  image.addEventListener('load', () => button.classList.add('loaded'));
  image.addEventListener('error', () => button.replaceWith(make('p.stand', {}, 'The picture could not be loaded')));
  return button;
}
