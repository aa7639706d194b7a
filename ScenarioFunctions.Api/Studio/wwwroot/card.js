/** One scene's card, and its mark in the strip. Made once; afterwards only what has changed is touched. */
import { make, say, showText } from './dom.js';
import { statusName } from './format.js';
import { makePicture } from './picture.js';
import { explain, placeholder } from './reasons.js';

/** @param {number} number From 1. @param {string} prompt Empty when not known. @param {() => void} open Shows the picture. */
export function makeCard(number, prompt, open) {
  const [stand, badge, why, help, note] = ['p.stand', 'span.badge', 'p.why', 'p.help', 'p.note'].map((tag) => make(tag, { dir: 'auto' }));
  const frame = make('div.frame', {}, make('span.number', { 'aria-hidden': 'true' }, String(number).padStart(2, '0')), stand);
  const card = make('li.card', {}, frame, make('div.head', {}, make('h2', {}, `Scene ${number}`), badge),
    make('p.prompt', { dir: 'auto', hidden: !prompt }, prompt), why, help, note);
  const mark = make('i');
  const onFault = () => say(stand, 'The picture could not be loaded');
  let seen = '';

  /** @param {import('./api.js').Scene} scene */
  function update(scene) {
    const now = JSON.stringify(scene);
    if (now === seen) return;
    seen = now;
    const [what, remedy] = explain(scene.reason);
    card.dataset.status = mark.dataset.status = scene.reason === 'first_scene' ? 'kept' : scene.status;
    say(badge, statusName(card.dataset.status));
    say(stand, placeholder(scene));
    showText(why, what);
    showText(help, remedy);
    showText(note, scene.note);
    if (scene.image_url && !frame.querySelector('button')) frame.append(makePicture(scene.image_url, number, open, onFault));
  }

  return { card, mark, update };
}
